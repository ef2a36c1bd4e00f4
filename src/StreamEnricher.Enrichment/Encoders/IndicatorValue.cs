using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What kind of thing an indicator's value is.</summary>
internal enum IndicatorType : byte
{
    /// <summary>IPv4 or IPv6 address; strict text form.</summary>
    Ip,

    /// <summary>Host or domain name.</summary>
    Domain,

    /// <summary>URL with a scheme.</summary>
    Url,

    /// <summary>MD5 as hex.</summary>
    Md5,

    /// <summary>SHA-1 as hex.</summary>
    Sha1,

    /// <summary>SHA-256 as hex.</summary>
    Sha256,

    /// <summary>E-mail address.</summary>
    Email,

    /// <summary>Anything else: carried, never shared.</summary>
    Other,
}

/// <summary>Whose value it is.</summary>
internal enum IndicatorRole : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>The attacker's side, or what it brought.</summary>
    Attacker,

    /// <summary>The source of the traffic.</summary>
    Source,

    /// <summary>The destination of the traffic.</summary>
    Destination,

    /// <summary>Our own side.</summary>
    Victim,
}

/// <summary>One indicator of an event.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct IndicatorValue(IndicatorType type, IndicatorRole role, int start, int length, bool carried = false)
{
    /// <summary>Kind of value.</summary>
    public IndicatorType Type { get; } = type;

    /// <summary>Whose it is.</summary>
    public IndicatorRole Role { get; } = role;

    /// <summary>First byte in <see cref="NormalizedEvent.IndicatorText"/>.</summary>
    public int Start { get; } = start;

    /// <summary>Length in bytes.</summary>
    public int Length { get; } = length;

    /// <summary>The producer's own array of indicators has it.</summary>
    public bool Carried { get; } = carried;
}
