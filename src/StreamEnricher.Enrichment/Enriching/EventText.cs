using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>One event's bytes in a buffer that a scanner may read: a line feed and padding follow them.</summary>
internal readonly struct EventText(byte[] buffer, int start, int length)
{
    public byte[] Buffer { get; } = buffer;

    public int Start { get; } = start;

    public int Length { get; } = length;

    /// <summary>From the opening to the closing brace.</summary>
    public ReadOnlySpan<byte> Trimmed => Buffer.AsSpan(Start, Length).Trim(" \t\r\n"u8);

    /// <summary>The same without white space around it. The event must be valid JSON.</summary>
    public EventText Trim()
    {
        var (from, end) = (Start, Start + Length);
        while (Buffer[from] != (byte)'{')
        {
            from++;
        }

        while (Buffer[end - 1] != (byte)'}')
        {
            end--;
        }

        return new EventText(Buffer, from, end - from);
    }

    /// <summary>A copy without white space between the tokens. The event must be valid JSON.</summary>
    public EventText Compact()
    {
        var compact = new byte[Length + 1 + EventBatch.Padding];
        var at = 0;
        var inString = false;
        var text = Buffer.AsSpan(Start, Length);
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (inString && value == (byte)'\\')
            {
                compact[at++] = value;
                compact[at++] = text[++i];
                continue;
            }

            if (value == (byte)'"')
            {
                inString = !inString;
            }

            if (inString || value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                compact[at++] = value;
            }
        }

        compact[at] = (byte)'\n';
        return new EventText(compact, 0, at);
    }
}
