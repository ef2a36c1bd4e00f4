using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>A literal of an index.</summary>
/// <param name="Text">UTF-8 with canonical JSON escapes; letters A to Z are small.</param>
/// <param name="Place">Where it must stand.</param>
/// <param name="Rules">Rules of the group that need it, ascending.</param>
internal sealed record IndexedLiteral(byte[] Text, LiteralPlace Place, int[] Rules)
{
    /// <summary>Whether it stands in a text, at a place where it must.</summary>
    public bool IsIn(ReadOnlySpan<byte> text) => TextMatcher.Matches(
        text,
        Place switch { LiteralPlace.Whole => TestKind.Equal, LiteralPlace.Start => TestKind.StartsWith, LiteralPlace.End => TestKind.EndsWith, _ => TestKind.Contains },
        Text,
        cased: false);

    /// <summary>Whether it begins at an index of a text, and may.</summary>
    public bool StandsAt(ReadOnlySpan<byte> text, int start)
    {
        if (start < 0 || start + Text.Length > text.Length)
        {
            return false;
        }

        var fits = Place switch
        {
            LiteralPlace.Start => start == 0,
            LiteralPlace.End => start + Text.Length == text.Length,
            _ => true,
        };
        return fits && JsonText.EqualsIgnoreAsciiCase(text.Slice(start, Text.Length), Text);
    }
}
