using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
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
        TokenKind.Number => Number(token.Content, test),
        _ => Text(token.Content, test),
    };

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
                JsonTokenType.Number => Number(reader.ValueSpan, test),
                _ => Text(reader.ValueSpan, test),
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
        var matches = JsonText.TryUnescape(content, text, out var written) && Text(text[..written], test);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return matches;
    }

    /// <summary>A number is also equal when only its spelling differs, as 75 and 75.0 do.</summary>
    private static bool Number(ReadOnlySpan<byte> text, ValueTest test) =>
        Text(text, test)
        || (test.Kind == TestKind.Equal && !double.IsNaN(test.Number) && !(JsonNumber.IsInteger(text) && JsonNumber.IsInteger(test.Text))
            && JsonNumber.TryParseDouble(text, out var number) && number.Equals(test.Number));

    private static bool Text(ReadOnlySpan<byte> text, ValueTest test)
    {
        switch (test.Kind)
        {
            case TestKind.Equal:
                return text.Length == test.Text.Length && Same(text, test);
            case TestKind.StartsWith:
                return text.Length >= test.Text.Length && Same(text[..test.Text.Length], test);
            case TestKind.EndsWith:
                return text.Length >= test.Text.Length && Same(text[^test.Text.Length..], test);
            case TestKind.Contains:
                return test.Cased ? text.IndexOf(test.Text) >= 0 : ContainsIgnoreCase(text, test.Text);
            case TestKind.Wildcard:
                return Wildcard(text, test.Text, test.Cased);
            case TestKind.Regex:
                return IsMatch(text, test);
            case TestKind.Cidr:
                return IsWithin(text, test.Network);
            case TestKind.Null:
                return false;
            default:
                return JsonNumber.TryParseDouble(text, out var number) && Compare(number, test);
        }
    }

    private static bool Compare(double number, ValueTest test) => test.Kind switch
    {
        TestKind.Greater => number > test.Number,
        TestKind.GreaterOrEqual => number >= test.Number,
        TestKind.Less => number < test.Number,
        _ => number <= test.Number,
    };

    private static bool Same(ReadOnlySpan<byte> text, ValueTest test) =>
        test.Cased ? text.SequenceEqual(test.Text) : JsonText.EqualsIgnoreAsciiCase(text, test.Text);

    private static bool ContainsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        if (wanted.IsEmpty)
        {
            return true;
        }

        var first = wanted[0];
        var other = first is >= (byte)'a' and <= (byte)'z' ? (byte)(first - 32) : first;
        for (var rest = text; rest.Length >= wanted.Length;)
        {
            var at = rest[..(rest.Length - wanted.Length + 1)].IndexOfAny(first, other);
            if (at < 0)
            {
                return false;
            }

            if (JsonText.EqualsIgnoreAsciiCase(rest.Slice(at, wanted.Length), wanted))
            {
                return true;
            }

            rest = rest[(at + 1)..];
        }

        return false;
    }

    /// <summary>A pattern over the whole text. After a mismatch the last * takes one byte more; a pattern without two * never looks at a byte twice.</summary>
    private static bool Wildcard(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, bool cased)
    {
        int at = 0, next = 0, star = -1, mark = 0;
        while (at < text.Length)
        {
            if (next < pattern.Length && pattern[next] == SigmaPattern.AnyRun)
            {
                star = next++;
                mark = at;
            }
            else if (next < pattern.Length && pattern[next] == SigmaPattern.AnyOne && !IsContinuation(text[at]))
            {
                at = EndOfCharacter(text, at);
                next++;
            }
            else if (next < pattern.Length && IsSame(text[at], pattern[next], cased))
            {
                at++;
                next++;
            }
            else if (star >= 0)
            {
                next = star + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[next..].IndexOfAnyExcept((byte)SigmaPattern.AnyRun) < 0;
    }

    private static bool IsSame(byte text, byte pattern, bool cased) =>
        text == pattern || (!cased && text is >= (byte)'A' and <= (byte)'Z' && (text | 0x20) == pattern);

    /// <summary>A byte within a character of several (UTF-8).</summary>
    private static bool IsContinuation(byte value) => (value & 0xc0) == 0x80;

    private static int EndOfCharacter(ReadOnlySpan<byte> text, int at)
    {
        for (at++; at < text.Length && IsContinuation(text[at]); at++)
        {
        }

        return at;
    }

    private static bool IsMatch(ReadOnlySpan<byte> text, ValueTest test)
    {
        var rented = text.Length > OnStack ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        Span<char> characters = rented ?? stackalloc char[OnStack];
        Utf8.ToUtf16(text, characters, out _, out var written);
        var matches = test.Regex!.IsMatch(characters[..written]);
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return matches;
    }

    private static bool IsWithin(ReadOnlySpan<byte> text, IPNetwork network)
    {
        Span<char> characters = stackalloc char[64];
        return IpAddress.IsValid(text)
            && Utf8.ToUtf16(text, characters, out _, out var written) == OperationStatus.Done
            && IPAddress.TryParse(characters[..written], out var address)
            && network.Contains(address);
    }
}
