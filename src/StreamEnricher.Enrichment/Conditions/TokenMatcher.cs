using System.Buffers;
using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Applies a test to a JSON token. Of an array any element may pass.</summary>
internal static class TokenMatcher
{
    private const int OnStack = 512;

    public static bool Matches(FieldToken token, ValueTest test) => token.Kind switch
    {
        TokenKind.None or TokenKind.Null => test.Kind == TestKind.Null,
        TokenKind.Object => false,
        TokenKind.Array => AnyElement(token.Token, test),
        TokenKind.EscapedString => Unescaped(token.Content, test),
        TokenKind.Number => TextMatcher.MatchesNumber(token.Content, test),
        _ => TextMatcher.Matches(token.Content, test),
    };

    /// <summary>Compares the texts of two fields; an array or object has none, and of an absent field nothing holds.</summary>
    public static bool MatchesReference(FieldToken token, FieldToken other, ValueTest test)
    {
        if (!IsScalar(token.Kind) || !IsScalar(other.Kind))
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(token.Token.Length + other.Token.Length);
        var matches = TextMatcher.Matches(
            Text(token, buffer), test.Kind, Text(other, buffer.AsSpan(token.Token.Length)), test.Cased);
        ArrayPool<byte>.Shared.Return(buffer);
        return matches;
    }

    private static bool IsScalar(TokenKind kind) => kind is not (TokenKind.None or TokenKind.Null or TokenKind.Object or TokenKind.Array);

    private static ReadOnlySpan<byte> Text(FieldToken token, Span<byte> buffer)
    {
        if (token.Kind != TokenKind.EscapedString)
        {
            return token.Content;
        }

        // The token was scanned: it is valid JSON.
        _ = JsonText.TryUnescape(token.Content, buffer, out var written);
        return buffer[..written];
    }

    private static bool AnyElement(ReadOnlySpan<byte> array, ValueTest test)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var matches = reader.TokenType switch
            {
                JsonTokenType.String when reader.ValueIsEscaped => Unescaped(reader.ValueSpan, test),
                JsonTokenType.Null => test.Kind == TestKind.Null,
                JsonTokenType.StartArray or JsonTokenType.StartObject => false,
                JsonTokenType.Number => TextMatcher.MatchesNumber(reader.ValueSpan, test),
                _ => TextMatcher.Matches(reader.ValueSpan, test),
            };
            if (matches)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool Unescaped(ReadOnlySpan<byte> content, ValueTest test)
    {
        var rented = content.Length > OnStack ? ArrayPool<byte>.Shared.Rent(content.Length) : null;
        Span<byte> text = rented ?? stackalloc byte[OnStack];
        var matches = JsonText.TryUnescape(content, text, out var written) && TextMatcher.Matches(text[..written], test);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return matches;
    }
}
