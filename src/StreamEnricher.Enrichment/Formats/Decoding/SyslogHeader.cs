using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// A syslog message taken apart: RFC 5424, RFC 3164, and what files and relays make of the latter (no priority, an ISO 8601 time, a year, no host).
/// Parts that are not there are empty.
/// </summary>
internal ref struct SyslogHeader
{
    private const int MaxTagLength = 64;

    /// <summary>Facility × 8 + severity, or -1.</summary>
    public int Priority { get; private set; }

    /// <summary>1 for RFC 5424, else 0.</summary>
    public int Version { get; private set; }

    /// <summary>There is a time.</summary>
    public bool HasTime { get; private set; }

    public long Seconds { get; private set; }

    public int Nanoseconds { get; private set; }

    public ReadOnlySpan<byte> Host { get; private set; }

    public ReadOnlySpan<byte> App { get; private set; }

    public ReadOnlySpan<byte> ProcessId { get; private set; }

    public ReadOnlySpan<byte> MessageId { get; private set; }

    /// <summary>The elements in their brackets.</summary>
    public ReadOnlySpan<byte> StructuredData { get; private set; }

    public ReadOnlySpan<byte> Message { get; private set; }

    /// <summary>Takes a message apart. Never fails: what has no header is all message, as RFC 3164 has it.</summary>
    public static SyslogHeader Parse(ReadOnlySpan<byte> text, long recordSeconds)
    {
        var header = new SyslogHeader { Priority = -1 };
        if (TryPriority(text, out var priority, out var used))
        {
            header.Priority = priority;
            text = text[used..];
            if (text.StartsWith("1 "u8) && header.TryRfc5424(text[2..]))
            {
                header.Version = 1;
                return header;
            }

            text = text.TrimStart((byte)' ');
        }

        header.Rfc3164(text, recordSeconds);
        return header;
    }

    private static bool TryPriority(ReadOnlySpan<byte> text, out int priority, out int used)
    {
        priority = 0;
        used = 1;
        if (text.Length < 3 || text[0] != (byte)'<')
        {
            return false;
        }

        for (; used < 4 && used < text.Length && char.IsAsciiDigit((char)text[used]); used++)
        {
            priority = (priority * 10) + text[used] - '0';
        }

        return used > 1 && used < text.Length && text[used++] == (byte)'>' && priority <= 191;
    }

    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    /// <summary>Bytes of the structured data at the start: a dash, or elements in brackets; -1 when it is neither.</summary>
    private static int StructuredLength(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("-"u8))
        {
            return 1;
        }

        var at = 0;
        while (at < text.Length && text[at] == (byte)'[')
        {
            var quoted = false;
            for (at++; at < text.Length && (quoted || text[at] != (byte)']'); at++)
            {
                if (text[at] == (byte)'\\' && quoted)
                {
                    at++;
                }
                else if (text[at] == (byte)'"')
                {
                    quoted = !quoted;
                }
            }

            if (at >= text.Length)
            {
                return -1;
            }

            at++;
        }

        return at == 0 ? -1 : at;
    }

    private bool TryRfc5424(ReadOnlySpan<byte> text)
    {
        var time = Word(ref text);
        var known = TimestampParser.TryParse(time, out var seconds, out var nanoseconds);
        if (!known && !time.SequenceEqual("-"u8))
        {
            return false;
        }

        var host = Word(ref text);
        var app = Word(ref text);
        var process = Word(ref text);
        var id = Word(ref text);
        var structured = StructuredLength(text);
        if (structured < 0)
        {
            return false;
        }

        (HasTime, Seconds, Nanoseconds) = (known, seconds, nanoseconds);
        Host = host;
        App = app;
        ProcessId = process;
        MessageId = id;
        StructuredData = text[..structured];
        text = text[structured..].TrimStart((byte)' ');
        Message = text.StartsWith("\uFEFF"u8) ? text[3..] : text;
        return true;
    }

    private void Rfc3164(ReadOnlySpan<byte> text, long recordSeconds)
    {
        if (TextTime.TryBsd(text, recordSeconds, out var seconds, out var nanoseconds, out var used))
        {
            (HasTime, Seconds, Nanoseconds) = (true, seconds, nanoseconds);
        }
        else if (text.IndexOf((byte)' ') is var end and > 18 && text[10] == (byte)'T' && TimestampParser.TryParse(text[..end], out seconds, out nanoseconds))
        {
            (HasTime, Seconds, Nanoseconds, used) = (true, seconds, nanoseconds, end);
        }

        if (!HasTime)
        {
            TakeTag(ref text);
            Message = text;
            return;
        }

        // Some devices end the time with a colon.
        text = text[used..].TrimStart(" :"u8);
        var beforeHost = text;
        var host = Word(ref text);
        if (IsTag(host))
        {
            // A relay, or a Cisco device, that left the host out.
            text = beforeHost;
        }
        else
        {
            Host = host;
        }

        text = text.TrimStart((byte)' ');
        TakeTag(ref text);
        Message = text;
    }

    private static bool IsTag(ReadOnlySpan<byte> word) => word.Length > 1 && word[^1] == (byte)':' && word[0] != (byte)'[';

    /// <summary><c>app:</c> or <c>app[pid]:</c> at the start.</summary>
    private void TakeTag(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, MaxTagLength)].IndexOfAny((byte)':', (byte)'[', (byte)' ');
        if (end <= 0 || text[end] == (byte)' ' || text.IndexOfAny("=\"{<"u8) is >= 0 and var odd && odd < end)
        {
            return;
        }

        var app = text[..end];
        var rest = text[end..];
        var process = default(ReadOnlySpan<byte>);
        if (rest[0] == (byte)'[')
        {
            var close = rest[..Math.Min(rest.Length, MaxTagLength)].IndexOf((byte)']');
            if (close < 0)
            {
                return;
            }

            process = rest[1..close];
            rest = rest[(close + 1)..];
        }

        if (rest.Length > 0 && rest[0] == (byte)':')
        {
            rest = rest[1..];
        }
        else if (process.IsEmpty)
        {
            return;
        }

        if (process.IsEmpty && rest.Length > 0 && rest[0] != (byte)' ')
        {
            // "2026-01-01T10:…" or "http://…", not a tag.
            return;
        }

        App = app;
        ProcessId = process;
        text = rest.TrimStart((byte)' ');
    }
}
