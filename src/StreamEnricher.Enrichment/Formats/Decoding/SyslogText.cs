using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// Syslog messages: <c>priority</c>, <c>facility</c>, <c>severity</c>, <c>version</c>, <c>timestamp</c>, <c>hostname</c>, <c>appname</c>, <c>procid</c>, <c>msgid</c>,
/// <c>structured_data</c> (an object for each element), <c>message</c>, and <c>said</c> of what known programs say in it (<see cref="ProgramText"/>; RFC 5424, section 6; RFC 3164, section 4).
/// </summary>
internal static class SyslogText
{
    /// <summary>A priority, or a time with a host or a tag behind it.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> text)
    {
        if (text.Length < 4)
        {
            return false;
        }

        // Cheap: what is neither a priority, a month nor a year need not be parsed.
        var first = text[0];
        if (first != (byte)'<' && !char.IsAsciiLetterUpper((char)first) && !char.IsAsciiDigit((char)first))
        {
            return false;
        }

        var header = SyslogHeader.Parse(text, 0);
        return header.Priority >= 0 ? header.HasTime || !header.App.IsEmpty

            // Any program may begin a line with an ISO 8601 time; a month's name and a host, or a tag, are syslog's.
            : header.HasTime && !header.Host.IsEmpty && (!char.IsAsciiDigit((char)first) || !header.App.IsEmpty);
    }

    /// <summary>A text without a header is a message without one.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, long recordSeconds, Utf8Writer writer)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        var header = SyslogHeader.Parse(text, recordSeconds);
        WriteHeader(header, writer);
        writer.Text("\"message\":"u8, header.Message);
        if (!header.App.IsEmpty)
        {
            ProgramText.Write(header.App, header.Message, writer);
        }

        return true;
    }

    /// <summary>Appends all but the message.</summary>
    public static void WriteHeader(in SyslogHeader header, Utf8Writer writer)
    {
        if (header.Priority >= 0)
        {
            writer.Number("\"priority\":"u8, header.Priority);
            writer.Number("\"facility\":"u8, header.Priority >> 3);
            writer.Number("\"severity\":"u8, header.Priority & 7);
        }

        if (header.Version > 0)
        {
            writer.Text("\"version\":"u8, "1"u8);
        }

        if (header.HasTime)
        {
            writer.Time("\"timestamp\":"u8, header.Seconds, header.Nanoseconds);
        }

        writer.Text("\"hostname\":"u8, header.Host);
        writer.Text("\"appname\":"u8, header.App);
        writer.Text("\"procid\":"u8, header.ProcessId);
        writer.Text("\"msgid\":"u8, header.MessageId);
        if (header.StructuredData.Length > 1)
        {
            Structured(header.StructuredData, writer);
        }
    }

    private static void Structured(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        writer.Comma();
        writer.Append("\"structured_data\":{"u8);
        while (text.Length > 1 && text[0] == (byte)'[')
        {
            text = text[1..];
            var end = text.IndexOfAny((byte)' ', (byte)']');
            writer.Comma();
            writer.AppendString(text[..end]);
            writer.Append(":{"u8);
            text = text[end..];
            while (TryParameter(ref text, out var name, out var value))
            {
                writer.Comma();
                writer.AppendString(name);
                writer.Append((byte)':');
                AppendUnescaped(value, writer);
            }

            writer.Append((byte)'}');
            var close = text.IndexOf((byte)']');
            text = close < 0 ? default : text[(close + 1)..];
        }

        writer.Append((byte)'}');
    }

    private static bool TryParameter(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        text = text.TrimStart((byte)' ');
        var equals = text.IndexOf((byte)'=');
        if (text.IsEmpty || text[0] == (byte)']' || equals <= 0 || equals + 1 >= text.Length || text[equals + 1] != (byte)'"')
        {
            return false;
        }

        name = text[..equals];
        text = text[(equals + 2)..];
        var end = 0;
        while (end < text.Length && text[end] != (byte)'"')
        {
            end += text[end] == (byte)'\\' ? 2 : 1;
        }

        end = Math.Min(end, text.Length);
        value = text[..end];
        text = end < text.Length ? text[(end + 1)..] : default;
        return true;
    }

    /// <summary>RFC 5424: a backslash stands before a quote, a backslash and a closing bracket.</summary>
    private static void AppendUnescaped(ReadOnlySpan<byte> value, Utf8Writer writer)
    {
        writer.Append((byte)'"');
        for (var at = value.IndexOf((byte)'\\'); at >= 0 && at + 1 < value.Length; at = value.IndexOf((byte)'\\'))
        {
            var isEscape = value[at + 1] is (byte)'"' or (byte)'\\' or (byte)']';
            writer.AppendEscaped(value[..(isEscape ? at : at + 1)]);
            writer.AppendEscaped(value.Slice(at + 1, 1));
            value = value[(at + 2)..];
        }

        writer.AppendEscaped(value);
        writer.Append((byte)'"');
    }
}
