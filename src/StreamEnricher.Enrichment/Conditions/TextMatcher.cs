using System.Buffers;
using System.Net;
using System.Text.Unicode;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Applies a test to a text: a string without quotes and escapes, a number or literal as written.</summary>
internal static class TextMatcher
{
    private const int OnStack = 512;

    /// <summary>Whether a text passes a test. Allocates nothing, unless a regular expression or a network must be tried.</summary>
    public static bool Matches(ReadOnlySpan<byte> text, ValueTest test)
    {
        if (test.Part != DatePart.None)
        {
            return DateParts.TryRead(text, test.Part, out var part) && Compare(part, test);
        }

        switch (test.Kind)
        {
            case TestKind.Equal or TestKind.Contains or TestKind.StartsWith or TestKind.EndsWith:
                return Matches(text, test.Kind, test.Text, test.Cased);
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

    /// <summary>The same for a JSON number, which is also equal when only its spelling differs, as 75 and 75.0 do.</summary>
    public static bool MatchesNumber(ReadOnlySpan<byte> text, ValueTest test) =>
        Matches(text, test)
        || (test.Kind == TestKind.Equal && !double.IsNaN(test.Number) && !(JsonNumber.IsInteger(text) && JsonNumber.IsInteger(test.Text))
            && JsonNumber.TryParseDouble(text, out var number) && number.Equals(test.Number));

    /// <summary>Compares two texts.</summary>
    /// <param name="text">The field's.</param>
    /// <param name="kind">Equal, Contains, StartsWith or EndsWith.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <param name="cased">Capital letters matter.</param>
    public static bool Matches(ReadOnlySpan<byte> text, TestKind kind, ReadOnlySpan<byte> wanted, bool cased)
    {
        if (text.Length < wanted.Length)
        {
            return false;
        }

        return kind switch
        {
            TestKind.Equal => text.Length == wanted.Length && Same(text, wanted, cased),
            TestKind.StartsWith => Same(text[..wanted.Length], wanted, cased),
            TestKind.EndsWith => Same(text[^wanted.Length..], wanted, cased),
            _ => cased ? text.IndexOf(wanted) >= 0 : FoldedText.Contains(text, wanted),
        };
    }

    private static bool Compare(double number, ValueTest test) => test.Kind switch
    {
        TestKind.Equal => number.Equals(test.Number),
        TestKind.Greater => number > test.Number,
        TestKind.GreaterOrEqual => number >= test.Number,
        TestKind.Less => number < test.Number,
        _ => number <= test.Number,
    };

    private static bool Same(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted, bool cased) =>
        cased ? text.SequenceEqual(wanted) : JsonText.EqualsIgnoreAsciiCase(text, wanted);

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
