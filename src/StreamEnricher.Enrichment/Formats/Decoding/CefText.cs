using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// ArcSight's Common Event Format, <c>CEF:Version|Vendor|Product|Version|EventClassID|Name|Severity|key=value …</c>, alone or behind a syslog header: <c>version</c>,
/// <c>device.{vendor,product,version,event_class_id}</c>, <c>name</c>, <c>severity</c>, <c>extensions.*</c> and <c>syslog.*</c>.
/// </summary>
/// <remarks>A pipe and a backslash in the header, an equals sign, a backslash and line breaks in the extension are escaped; a key begins after a blank.</remarks>
internal static class CefText
{
    /// <summary>Longest text before the header in which it is looked for.</summary>
    private const int MaxPrefix = 1024;

    /// <summary>Index of <c>CEF:</c>, or -1.</summary>
    public static int IndexOfHeader(ReadOnlySpan<byte> text)
    {
        var offset = 0;
        while (true)
        {
            var at = text[offset..Math.Min(text.Length, MaxPrefix)].IndexOf("CEF:"u8);
            if (at < 0)
            {
                return -1;
            }

            at += offset;
            var version = at + 4;
            while (version < text.Length && text[version] is (byte)' ' or (>= (byte)'0' and <= (byte)'9'))
            {
                version++;
            }

            if (version > at + 4 && version < text.Length && text[version] == (byte)'|')
            {
                return at;
            }

            offset = at + 4;
        }
    }

    public static bool TryDecode(ReadOnlySpan<byte> text, long recordSeconds, Utf8Writer writer)
    {
        var at = IndexOfHeader(text);
        if (at < 0)
        {
            return false;
        }

        var prefix = text[..at].TrimEnd((byte)' ');
        var rest = text[(at + 4)..];
        var parts = default(Header);
        for (var i = 0; i < Header.Count; i++)
        {
            var end = EndOfPart(rest, i < Header.Count - 1);
            if (end < 0)
            {
                return false;
            }

            parts[i] = new Range(text.Length - rest.Length, text.Length - rest.Length + end);
            rest = end < rest.Length ? rest[(end + 1)..] : default;
        }

        writer.Text("\"version\":"u8, text[parts[0]].Trim((byte)' '));
        var device = writer.Position;
        writer.Comma();
        writer.Append("\"device\":{"u8);
        Part("\"vendor\":"u8, text[parts[1]], writer);
        Part("\"product\":"u8, text[parts[2]], writer);
        Part("\"version\":"u8, text[parts[3]], writer);
        Part("\"event_class_id\":"u8, text[parts[4]], writer);
        writer.CloseOrTakeBack(device, (byte)'}');
        Part("\"name\":"u8, text[parts[5]], writer);
        Part("\"severity\":"u8, text[parts[6]], writer);
        writer.Comma();
        writer.Append("\"extensions\":{"u8);
        CefExtension.Write(rest, recordSeconds, writer);
        writer.Append((byte)'}');
        if (!prefix.IsEmpty)
        {
            writer.Append(",\"syslog\":{"u8);
            var header = SyslogHeader.Parse(prefix, recordSeconds);
            SyslogText.WriteHeader(header, writer);
            writer.Text("\"message\":"u8, header.Message);
            writer.Append((byte)'}');
        }

        return true;
    }

    /// <summary>Index of the next pipe that is not escaped; the last part may end with the text.</summary>
    private static int EndOfPart(ReadOnlySpan<byte> text, bool mustEnd)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
            {
                i++;
            }
            else if (text[i] == (byte)'|')
            {
                return i;
            }
        }

        return mustEnd ? -1 : text.Length;
    }

    private static void Part(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Utf8Writer writer)
    {
        if (value.IndexOf((byte)'\\') < 0)
        {
            writer.Text(name, value.Trim((byte)' '));
            return;
        }

        writer.Comma();
        writer.Append(name);
        CefExtension.AppendUnescaped(value.Trim((byte)' '), writer);
    }

    [System.Runtime.CompilerServices.InlineArray(Count)]
    private struct Header
    {
        public const int Count = 7;
        private Range _first;
    }
}
