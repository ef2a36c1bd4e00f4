using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// A record of the Linux audit system as auditd writes it: <c>audit.{type,time,sequence,node}</c> and <c>fields.*</c>, those of an inner <c>msg='…'</c> among them. What the
/// kernel wrote in hex because a user chose it (comm, exe, proctitle, …) is text again; the arguments of an EXECVE record are <c>argv</c>.
/// </summary>
/// <remarks>Source of the syntax: linux-audit/audit-documentation, "Audit event fields"; in enriched logs, byte 0x1D parts the interpreted fields.</remarks>
internal static class AuditText
{
    private const int MaxPrefix = 256;

    /// <summary>Index of <c>type=</c> of a record, or -1.</summary>
    public static int IndexOfRecord(ReadOnlySpan<byte> text)
    {
        var at = text[..Math.Min(text.Length, MaxPrefix)].IndexOf("type="u8);
        if (at < 0 || (at > 0 && text[at - 1] != (byte)' '))
        {
            return -1;
        }

        var message = text[at..].IndexOf(" msg=audit("u8);
        return message is > 5 and < 64 ? at : -1;
    }

    public static bool TryDecode(ReadOnlySpan<byte> text, long recordSeconds, Utf8Writer writer)
    {
        var at = IndexOfRecord(text);
        if (at < 0)
        {
            return false;
        }

        var prefix = text[..at].TrimEnd((byte)' ');
        text = text[at..];
        var message = text.IndexOf(" msg=audit("u8);
        var type = text[5..message];
        text = text[(message + " msg=audit("u8.Length)..];
        var close = text.IndexOf((byte)')');
        var colon = close < 0 ? -1 : text[..close].LastIndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        writer.Comma();
        writer.Append("\"audit\":{"u8);
        writer.Text("\"type\":"u8, type);
        writer.Text("\"time\":"u8, text[..colon]);
        writer.Text("\"sequence\":"u8, text[(colon + 1)..close]);
        Prefix(prefix, recordSeconds, writer);
        writer.Append((byte)'}');
        var rest = text[(close + 1)..].TrimStart(": "u8);
        AuditFields.Write(rest, type.SequenceEqual("EXECVE"u8), writer);
        return true;
    }

    private static void Prefix(ReadOnlySpan<byte> prefix, long recordSeconds, Utf8Writer writer)
    {
        var node = prefix.LastIndexOf("node="u8);
        if (node >= 0)
        {
            var name = prefix[(node + 5)..];
            writer.Text("\"node\":"u8, name.IndexOf((byte)' ') is var end and >= 0 ? name[..end] : name);
        }
        else if (!prefix.IsEmpty)
        {
            writer.Text("\"node\":"u8, SyslogHeader.Parse(prefix, recordSeconds).Host);
        }
    }
}
