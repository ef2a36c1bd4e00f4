using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>
/// Escapes as <see cref="JsonText.Escape"/> writes them: only where they must be, and the short ones where there are any. Two contents of JSON strings with canonical
/// escapes are the same bytes when they are the same text, so that literals are looked for in an event as it is written.
/// </summary>
internal static class CanonicalEscapes
{
    /// <summary>Whether no escape could be written otherwise: none is of the form <c>\u0041</c> or <c>\/</c>.</summary>
    /// <param name="json">Content of a string, or a whole JSON text.</param>
    public static bool AreIn(ReadOnlySpan<byte> json) => IsWithout(json, "\\u"u8) && IsWithout(json, "\\/"u8);

    /// <summary>Writes a content with canonical escapes; returns the bytes written.</summary>
    /// <param name="content">Content of a string.</param>
    /// <param name="room">Three times its length.</param>
    public static int Write(ReadOnlySpan<byte> content, Span<byte> room)
    {
        // The content was scanned: it is valid JSON. Resolved it is no longer than before, and escaped again no longer than twice the content: \u0001 has six bytes either way.
        _ = JsonText.TryUnescape(content, room[(content.Length * 2)..], out var length);
        return JsonText.Escape(room.Slice(content.Length * 2, length), room);
    }

    private static bool IsWithout(ReadOnlySpan<byte> json, ReadOnlySpan<byte> escape)
    {
        for (var from = 0; json[from..].IndexOf(escape) is var next and >= 0;)
        {
            // A backslash behind an odd number of others is escaped itself, and what follows is a plain letter.
            var at = from + next;
            var start = at;
            while (start > 0 && json[start - 1] == (byte)'\\')
            {
                start--;
            }

            if (((at - start) & 1) == 0)
            {
                return false;
            }

            from = at + 1;
        }

        return true;
    }
}
