using System.Text.Json;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Kinds of tokens that the library's reader finds, for what lies off the hot path.</summary>
internal static class TokenKinds
{
    /// <summary>The kind of the value that the reader stands at.</summary>
    public static TokenKind Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueIsEscaped ? TokenKind.EscapedString : TokenKind.String,
        JsonTokenType.Number => TokenKind.Number,
        JsonTokenType.True => TokenKind.True,
        JsonTokenType.False => TokenKind.False,
        JsonTokenType.Null => TokenKind.Null,
        JsonTokenType.StartArray => TokenKind.Array,
        _ => TokenKind.Object,
    };
}
