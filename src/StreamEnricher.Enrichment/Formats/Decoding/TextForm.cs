namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>Ways of writing an event as text instead of JSON. The order is the order in which they are looked for: the more particular first.</summary>
internal enum TextForm
{
    /// <summary>ArcSight's Common Event Format, alone or behind a syslog header.</summary>
    Cef,

    /// <summary>A Windows event, or one of Sysmon for Linux, as XML.</summary>
    WindowsXml,

    /// <summary>A record of the Linux audit system: <c>type=… msg=audit(…): …</c>.</summary>
    Audit,

    /// <summary>A line of a web server in the Common or Combined Log Format.</summary>
    AccessLog,

    /// <summary>Syslog by RFC 5424 or RFC 3164, with or without its priority.</summary>
    Syslog,
}
