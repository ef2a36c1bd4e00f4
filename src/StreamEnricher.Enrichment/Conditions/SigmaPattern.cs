using System.Text;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>
/// A Sigma value text: <c>*</c> and <c>?</c> are wildcards, and a backslash makes one of them, or another backslash, a plain character (Sigma specification 2.1,
/// "Escaping"). Any other backslash is itself, so Windows paths can be written as they are.
/// </summary>
/// <param name="Text">The text with its escapes resolved and its wildcards as <see cref="AnyRun"/> and <see cref="AnyOne"/>.</param>
/// <param name="HasWildcard">At least one wildcard.</param>
internal readonly record struct SigmaPattern(string Text, bool HasWildcard)
{
    /// <summary>Stands for <c>*</c>: no JSON text of an event holds it, because the scanner refuses control characters and producers do not write \u0000.</summary>
    public const char AnyRun = '\0';

    /// <summary>Stands for <c>?</c>.</summary>
    public const char AnyOne = '\u0001';

    /// <summary>What windash takes for one another.</summary>
    private const string Dashes = "-/\u2013\u2014\u2015";

    public static SigmaPattern Parse(string text)
    {
        var pattern = new StringBuilder(text.Length);
        var hasWildcard = false;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '*' or '?')
            {
                pattern.Append(text[++i]);
            }
            else if (character is '*' or '?')
            {
                pattern.Append(character == '*' ? AnyRun : AnyOne);
                hasWildcard = true;
            }
            else
            {
                pattern.Append(character);
            }
        }

        return new SigmaPattern(pattern.ToString(), hasWildcard);
    }

    /// <summary>
    /// The same with every other dash or slash in the place of one that begins an option: one with a letter, digit or underscore behind it and none before it,
    /// so that <c>a-b</c> and <c>a/b</c> stay.
    /// </summary>
    public IEnumerable<SigmaPattern> WithAnyDash() => Permute(this, 0);

    private static IEnumerable<SigmaPattern> Permute(SigmaPattern pattern, int from)
    {
        for (var i = from; i < pattern.Text.Length; i++)
        {
            if (BeginsOption(pattern.Text, i))
            {
                foreach (var dash in Dashes)
                {
                    foreach (var permuted in Permute(pattern with { Text = $"{pattern.Text[..i]}{dash}{pattern.Text[(i + 1)..]}" }, i + 1))
                    {
                        yield return permuted;
                    }
                }

                yield break;
            }
        }

        yield return pattern;
    }

    private static bool BeginsOption(string text, int at) =>
        text[at] is '-' or '/' && (at == 0 || !IsWord(text[at - 1])) && at + 1 < text.Length && IsWord(text[at + 1]);

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}
