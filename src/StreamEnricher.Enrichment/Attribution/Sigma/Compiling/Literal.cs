using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>Where in a text a literal must stand.</summary>
internal enum LiteralPlace : byte
{
    /// <summary>Anywhere.</summary>
    Anywhere,

    /// <summary>At the beginning.</summary>
    Start,

    /// <summary>At the end.</summary>
    End,

    /// <summary>It is the whole text.</summary>
    Whole,
}

/// <summary>Bytes without which a question cannot be answered with yes.</summary>
/// <param name="Text">UTF-8 with canonical JSON escapes; letters A to Z are small, and compare without case.</param>
/// <param name="Place">Where they must stand.</param>
internal sealed record Literal(byte[] Text, LiteralPlace Place)
{
    /// <summary>The literal that an atom needs; null when it needs none.</summary>
    public static Literal? Of(Atom atom) => atom is { Kind: NodeKind.Test or NodeKind.Keyword, Test: { Part: DatePart.None } test } ? Of(test) : null;

    private static Literal? Of(ValueTest test) => test.Kind switch
    {
        // 75.0 also equals 75, which has other bytes.
        TestKind.Equal when double.IsNaN(test.Number) || JsonNumber.IsInteger(test.Text) => Make(test.Text, LiteralPlace.Whole),
        TestKind.StartsWith when test.Text.Length > 0 => Make(test.Text, LiteralPlace.Start),
        TestKind.EndsWith when test.Text.Length > 0 => Make(test.Text, LiteralPlace.End),
        TestKind.Contains when test.Text.Length > 0 => Make(test.Text, LiteralPlace.Anywhere),
        TestKind.Wildcard => LongestPart(test.Text) is { Length: > 0 } part ? Make(part, LiteralPlace.Anywhere) : null,
        TestKind.Regex => RegexLiterals.Longest(test.Regex!.Pattern, test.Regex.Options) is { Length: > 0 } part ? Make(part, LiteralPlace.Anywhere) : null,
        _ => null,
    };

    private static byte[] LongestPart(byte[] pattern)
    {
        var longest = default(Range);
        var length = 0;
        foreach (var part in pattern.AsSpan().SplitAny((byte)SigmaPattern.AnyRun, (byte)SigmaPattern.AnyOne))
        {
            var size = part.GetOffsetAndLength(pattern.Length).Length;
            (longest, length) = size > length ? (part, size) : (longest, length);
        }

        return pattern[longest];
    }

    private static Literal Make(byte[] text, LiteralPlace place)
    {
        var lower = Array.ConvertAll(text, value => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value);
        var escaped = new byte[JsonText.EscapedLength(lower)];
        JsonText.Escape(lower, escaped);
        return new Literal(escaped, place);
    }
}
