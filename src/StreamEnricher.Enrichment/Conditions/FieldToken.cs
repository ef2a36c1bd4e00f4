using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>A field's value as a condition sees it: the JSON token as written, quotes included.</summary>
internal readonly ref struct FieldToken(ReadOnlySpan<byte> token, TokenKind kind)
{
    /// <summary>The token; empty when the field is absent.</summary>
    public ReadOnlySpan<byte> Token { get; } = token;

    /// <summary>Kind of token; None when the field is absent.</summary>
    public TokenKind Kind { get; } = kind;

    /// <summary>A string without its quotes (escapes as written), any other token whole.</summary>
    public ReadOnlySpan<byte> Content => Kind is TokenKind.String or TokenKind.EscapedString ? Token[1..^1] : Token;
}

/// <summary>Gives a condition the values of its fields.</summary>
internal interface IFieldReader
{
    /// <summary>The value of <c>Condition.Fields[field]</c>.</summary>
    FieldToken Get(int field);
}
