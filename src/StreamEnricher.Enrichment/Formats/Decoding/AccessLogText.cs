using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// A line of a web server: <c>client ident user [time] "request" status bytes</c>, and in the Combined form <c>"referrer" "agent"</c> behind it (Apache httpd, mod_log_config;
/// nginx, ngx_http_log_module). Members: <c>virtual_host</c>, <c>client</c>, <c>ident</c>, <c>user</c>, <c>time</c>, <c>method</c>, <c>url</c>, <c>http_version</c> or
/// <c>request</c>, <c>status</c>, <c>bytes</c>, <c>referrer</c>, <c>agent</c>, <c>rest</c>.
/// </summary>
internal static class AccessLogText
{
    /// <summary>The time in brackets, and a request in quotes behind it.</summary>
    public static bool IsLine(ReadOnlySpan<byte> text)
    {
        var open = text[..Math.Min(text.Length, 512)].IndexOf((byte)'[');
        return open > 5 && text.Length > open + 28 && text[open + 3] == (byte)'/' && text[open + 7] == (byte)'/' && text[(open + 20)..].IndexOf("] \""u8) is >= 0 and < 10;
    }

    public static bool TryDecode(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        if (!IsLine(text))
        {
            return false;
        }

        var open = text.IndexOf((byte)'[');
        var close = open + text[open..].IndexOf((byte)']');
        if (!TextTime.TryAccessLog(text[(open + 1)..close], out var seconds) || !Client(text[..open].TrimEnd((byte)' '), writer))
        {
            return false;
        }

        writer.Time("\"time\":"u8, seconds, 0);
        var rest = text[(close + 1)..];
        Request(Quoted(ref rest), writer);
        writer.Text("\"status\":"u8, Word(ref rest));
        writer.Text("\"bytes\":"u8, Word(ref rest));
        writer.Text("\"referrer\":"u8, Quoted(ref rest));
        writer.Text("\"agent\":"u8, Quoted(ref rest));
        rest = rest.Trim((byte)' ');
        if (!rest.SequenceEqual("\"-\""u8))
        {
            writer.Text("\"rest\":"u8, rest);
        }

        return true;
    }

    /// <summary>[virtual host] client ident user.</summary>
    private static bool Client(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        var words = text.Count((byte)' ') + 1;
        if (words is < 3 or > 4)
        {
            return false;
        }

        if (words == 4)
        {
            writer.Text("\"virtual_host\":"u8, Word(ref text));
        }

        writer.Text("\"client\":"u8, Word(ref text));
        writer.Text("\"ident\":"u8, Word(ref text));
        writer.Text("\"user\":"u8, Word(ref text));
        return true;
    }

    private static void Request(ReadOnlySpan<byte> request, Utf8Writer writer)
    {
        var first = request.IndexOf((byte)' ');
        var last = request.LastIndexOf((byte)' ');
        if (first > 0 && last > first && request[(last + 1)..].StartsWith("HTTP/"u8))
        {
            writer.Text("\"method\":"u8, request[..first]);
            writer.Text("\"url\":"u8, request[(first + 1)..last]);
            writer.Text("\"http_version\":"u8, request[(last + 6)..]);
        }
        else
        {
            // Attackers send what is no HTTP.
            writer.Text("\"request\":"u8, request);
        }
    }

    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[end..];
        return word;
    }

    /// <summary>A text in quotes; servers escape a quote in it with a backslash.</summary>
    private static ReadOnlySpan<byte> Quoted(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || text[0] != (byte)'"')
        {
            return default;
        }

        var end = 1;
        while (end < text.Length && text[end] != (byte)'"')
        {
            end += text[end] == (byte)'\\' ? 2 : 1;
        }

        end = Math.Min(end, text.Length);
        var content = text[1..end];
        text = end < text.Length ? text[(end + 1)..] : default;
        return content;
    }
}
