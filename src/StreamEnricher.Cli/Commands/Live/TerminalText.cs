using System.Globalization;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary>Makes texts of elsewhere safe for a terminal: what would move its cursor, change its colours or turn its writing direction becomes a visible sign.</summary>
internal static class TerminalText
{
    private const char Sign = '\uFFFD';

    /// <summary>The text; the same object when there is nothing to replace.</summary>
    public static string Safe(string text)
    {
        foreach (var character in text)
        {
            if (IsUnsafe(character))
            {
                return string.Create(text.Length, text, static (to, from) =>
                {
                    for (var i = 0; i < from.Length; i++)
                    {
                        to[i] = IsUnsafe(from[i]) ? Sign : from[i];
                    }
                });
            }
        }

        return text;
    }

    /// <summary>Control characters of C0 and C1, and format characters such as the overrides of direction.</summary>
    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
