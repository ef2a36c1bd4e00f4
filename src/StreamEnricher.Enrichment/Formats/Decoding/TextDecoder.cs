using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>Turns the text of an event into the members of a JSON object, which a format's rules then read as any other event.</summary>
internal static class TextDecoder
{
    private static readonly Dictionary<string, TextForm> ByName = new(StringComparer.Ordinal)
    {
        ["cef"] = TextForm.Cef,
        ["windows_xml"] = TextForm.WindowsXml,
        ["audit"] = TextForm.Audit,
        ["access_log"] = TextForm.AccessLog,
        ["syslog"] = TextForm.Syslog,
    };

    /// <summary>All forms by the names that format files use.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>A form by its name, else null.</summary>
    public static TextForm? Find(string name) => ByName.TryGetValue(name, out var form) ? form : null;

    /// <summary>The name of a form.</summary>
    public static string NameOf(TextForm form) => ByName.First(pair => pair.Value == form).Key;

    /// <summary>Whether a text is surely written so: what <c>format: auto</c> goes by. A text that only may be is not.</summary>
    public static bool Recognises(TextForm form, ReadOnlySpan<byte> text) => form switch
    {
        TextForm.Cef => CefText.IndexOfHeader(text) >= 0,
        TextForm.WindowsXml => WindowsXmlText.IndexOfEvent(text) >= 0,
        TextForm.Audit => AuditText.IndexOfRecord(text) >= 0,
        TextForm.AccessLog => AccessLogText.IsLine(text),
        _ => SyslogText.IsMessage(text),
    };

    /// <summary>Appends the members, without braces around them; false, and nothing appended, when the text is not written so.</summary>
    /// <param name="form">How the text is written.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="recordSeconds">The record's time, seconds since 1970-01-01 UTC: it gives the year of times that have none.</param>
    /// <param name="writer">Has an object open.</param>
    public static bool TryDecode(TextForm form, ReadOnlySpan<byte> text, long recordSeconds, Utf8Writer writer)
    {
        var start = writer.Position;
        text = text.TrimEnd(" \t\r\n"u8);
        var done = form switch
        {
            TextForm.Cef => CefText.TryDecode(text, recordSeconds, writer),
            TextForm.WindowsXml => WindowsXmlText.TryDecode(text, writer),
            TextForm.Audit => AuditText.TryDecode(text, recordSeconds, writer),
            TextForm.AccessLog => AccessLogText.TryDecode(text, writer),
            _ => SyslogText.TryDecode(text, recordSeconds, writer),
        };
        if (!done)
        {
            writer.RollBack(start);
        }

        return done;
    }
}
