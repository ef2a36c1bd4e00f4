using System.Text;
using System.Text.RegularExpressions;

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
    private const string Dashes = "[-/\u2013\u2014\u2015]";

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

    /// <summary>The same as a regular expression, in which a dash at the beginning of a word is any dash or a slash.</summary>
    public string WithAnyDash()
    {
        var expression = new StringBuilder(Text.Length + 16);
        for (var i = 0; i < Text.Length; i++)
        {
            var beginsWord = i == 0 || char.IsWhiteSpace(Text[i - 1]);
            expression.Append(Text[i] switch
            {
                AnyRun => "[\\s\\S]*",
                AnyOne => "[\\s\\S]",
                '-' or '/' when beginsWord => Dashes,
                var other => Regex.Escape(other.ToString()),
            });
        }

        return expression.ToString();
    }
}
