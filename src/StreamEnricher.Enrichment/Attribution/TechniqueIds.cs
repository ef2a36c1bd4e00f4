namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Finds technique ids in any spelling that producers use: t1059.001, T1059/001, attack.t1059.001, "T1059.001 - PowerShell".</summary>
internal static class TechniqueIds
{
    /// <summary>Bytes of the longest canonical id, T1059.001.</summary>
    public const int MaxLength = 9;

    private const int ShortLength = 5;

    /// <summary>Finds the next id in a text, from the left. An id stands alone: no letter, digit or underscore touches it.</summary>
    /// <param name="text">UTF-8 text.</param>
    /// <param name="canonical">At least <see cref="MaxLength"/> bytes; receives the id as T1059 or T1059.001.</param>
    /// <param name="length">Bytes of <paramref name="canonical"/> that were written.</param>
    /// <param name="written">The place of the id as written in the text.</param>
    /// <returns>False when there is no more.</returns>
    public static bool TryFind(ReadOnlySpan<byte> text, Span<byte> canonical, out int length, out Range written)
    {
        for (var from = 0; from + ShortLength <= text.Length; from++)
        {
            var next = text[from..].IndexOfAny((byte)'T', (byte)'t');
            if (next < 0)
            {
                break;
            }

            from += next;
            if ((from > 0 && IsWord(text[from - 1])) || !HasDigits(text, from + 1, 4))
            {
                continue;
            }

            var end = from + ShortLength;
            var hasSub = end < text.Length && text[end] is (byte)'.' or (byte)'/' && HasDigits(text, end + 1, 3) && EndsAt(text, end + 4);
            if (!hasSub && !EndsAt(text, end))
            {
                continue;
            }

            length = hasSub ? MaxLength : ShortLength;
            written = from..(from + length);
            text[written].CopyTo(canonical);
            canonical[0] = (byte)'T';
            if (hasSub)
            {
                canonical[ShortLength] = (byte)'.';
            }

            return true;
        }

        length = 0;
        written = default;
        return false;
    }

    /// <summary>The text is T1059 or T1059.001 and nothing else.</summary>
    public static bool IsCanonical(string id)
    {
        Span<byte> canonical = stackalloc byte[MaxLength];
        var text = System.Text.Encoding.UTF8.GetBytes(id);
        return TryFind(text, canonical, out var length, out var written)
            && written.Start.Value == 0 && length == text.Length && canonical[..length].SequenceEqual(text);
    }

    private static bool HasDigits(ReadOnlySpan<byte> text, int start, int count) =>
        start + count <= text.Length && !text.Slice(start, count).ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool EndsAt(ReadOnlySpan<byte> text, int end) => end >= text.Length || !IsWord(text[end]);

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value == (byte)'_' || value >= 0x80;
}
