using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>The <c>key=value</c> pairs of a CEF message.</summary>
internal static class CefExtension
{
    /// <summary>Appends the pairs to an object that is open. Values may hold blanks and, against the rule, equals signs: a key is one word of letters, digits, dots and brackets.</summary>
    public static void Write(ReadOnlySpan<byte> text, long recordSeconds, Utf8Writer writer)
    {
        var members = writer.Position;
        if (!TryKey(text, 0, out var key, out var valueStart))
        {
            return;
        }

        while (true)
        {
            var more = TryKey(text, valueStart, out var next, out var nextValue);
            var (_, keyLength) = key.GetOffsetAndLength(text.Length);
            var valueEnd = more ? next.Start.Value : text.Length;
            if (keyLength > 0)
            {
                Pair(text[key], text[valueStart..valueEnd].Trim((byte)' '), recordSeconds, members, writer);
            }

            if (!more)
            {
                return;
            }

            key = next;
            valueStart = nextValue;
        }
    }

    /// <summary>A JSON string of a text in which a backslash stands before pipes, equals signs, backslashes and the letters of line breaks.</summary>
    public static void AppendUnescaped(ReadOnlySpan<byte> value, Utf8Writer writer)
    {
        writer.Append((byte)'"');
        for (var at = value.IndexOf((byte)'\\'); at >= 0 && at + 1 < value.Length; at = value.IndexOf((byte)'\\'))
        {
            writer.AppendEscaped(value[..at]);
            switch (value[at + 1])
            {
                case (byte)'n':
                    writer.Append("\\n"u8);
                    break;
                case (byte)'r':
                    writer.Append("\\r"u8);
                    break;
                case (byte)'\\' or (byte)'=' or (byte)'|':
                    writer.AppendEscaped(value.Slice(at + 1, 1));
                    break;
                default:
                    // Windows paths are often not escaped.
                    writer.AppendEscaped(value.Slice(at, 2));
                    break;
            }

            value = value[(at + 2)..];
        }

        writer.AppendEscaped(value);
        writer.Append((byte)'"');
    }

    /// <summary>The next equals sign that ends a key; from <paramref name="from"/> on.</summary>
    private static bool TryKey(ReadOnlySpan<byte> text, int from, out Range key, out int valueStart)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
            {
                i++;
            }
            else if (text[i] == (byte)'=')
            {
                var start = i;
                while (start > from && IsOfKey(text[start - 1]))
                {
                    start--;
                }

                if (start < i && (start == 0 || text[start - 1] == (byte)' '))
                {
                    key = start..i;
                    valueStart = i + 1;
                    return true;
                }
            }
        }

        key = default;
        valueStart = text.Length;
        return false;
    }

    private static bool IsOfKey(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'[' or (byte)']';

    private static void Pair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long recordSeconds, int members, Utf8Writer writer)
    {
        if (value.IsEmpty || !writer.TryName(members, key))
        {
            return;
        }

        if (IsTime(key) && TextTime.TryCef(value, recordSeconds, out var seconds, out var nanoseconds))
        {
            AppendTime(seconds, nanoseconds, writer);
        }
        else if (value.IndexOf((byte)'\\') < 0)
        {
            writer.AppendString(value);
        }
        else
        {
            AppendUnescaped(value, writer);
        }
    }

    private static void AppendTime(long seconds, int nanoseconds, Utf8Writer writer)
    {
        var days = default(Values.DayCache);
        Span<byte> text = stackalloc byte[Values.TimestampFormatter.MaxLength];
        writer.AppendString(text[..Values.TimestampFormatter.WriteRfc3339(seconds, nanoseconds, text, ref days)]);
    }

    private static bool IsTime(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("rt"u8) || key.SequenceEqual("start"u8) || key.SequenceEqual("end"u8) || key.SequenceEqual("art"u8)
        || key.EndsWith("Time"u8) || key.SequenceEqual("deviceCustomDate1"u8) || key.SequenceEqual("deviceCustomDate2"u8);
}
