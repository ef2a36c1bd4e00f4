namespace StreamEnricher.Enrichment.Encoders;

/// <summary>
/// Texts longer than a term of an index. Lucene takes no term above 32,766 bytes; OpenSearch refuses the whole document for one in a <c>flat_object</c>, where path and
/// value make the term and no <c>ignore_above</c> helps. Such a text becomes an array of its parts, in order: nothing is lost, and each part can be found.
/// </summary>
internal static class LongText
{
    /// <summary>Bytes of JSON that are never too long, with room for the path. An event that is no longer has no such text.</summary>
    public const int Limit = 30_000;

    /// <summary>Longest part in bytes of JSON.</summary>
    public const int Part = 8_000;

    /// <summary>Appends a text as a JSON string, or as an array of strings.</summary>
    /// <param name="content">The string's content as JSON, escaped, without quotes.</param>
    /// <param name="writer">Stands where a value may be.</param>
    public static void Write(ReadOnlySpan<byte> content, Utf8Writer writer)
    {
        if (content.Length <= Limit)
        {
            Quote(content, writer);
            return;
        }

        writer.Append((byte)'[');
        while (!content.IsEmpty)
        {
            var length = PartOf(content);
            writer.Comma();
            Quote(content[..length], writer);
            content = content[length..];
        }

        writer.Append((byte)']');
    }

    private static void Quote(ReadOnlySpan<byte> content, Utf8Writer writer)
    {
        writer.Append((byte)'"');
        writer.Append(content);
        writer.Append((byte)'"');
    }

    /// <summary>Length of the next part: no escape, surrogate pair or character is cut.</summary>
    private static int PartOf(ReadOnlySpan<byte> content)
    {
        if (content.Length <= Part)
        {
            return content.Length;
        }

        var length = 0;
        while (true)
        {
            var step = Step(content[length..]);
            if (length + step > Part)
            {
                return length;
            }

            length += step;
        }
    }

    private static int Step(ReadOnlySpan<byte> content) => content[0] switch
    {
        (byte)'\\' when content[1] != 'u' => 2,
        (byte)'\\' => IsHighSurrogate(content) && content.Length >= 12 && content[6] == '\\' && content[7] == 'u' ? 12 : 6,
        < 0x80 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };

    /// <summary>\uD800 to \uDBFF.</summary>
    private static bool IsHighSurrogate(ReadOnlySpan<byte> escape) => (escape[2] | 0x20) == 'd' && (escape[3] | 0x20) is '8' or '9' or 'a' or 'b';
}
