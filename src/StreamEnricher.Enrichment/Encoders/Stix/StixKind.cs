namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>A kind of value that an indicator can be made of, with all that depends on it.</summary>
internal sealed class StixKind
{
    private const int Day = 86_400;

    private StixKind(ReadOnlySpan<byte> path, ReadOnlySpan<byte> noun, ReadOnlySpan<byte> openCtiType, long lifetime)
    {
        PatternStart = [(byte)'[', .. path, .. " = '"u8];
        Noun = noun.ToArray();
        OpenCtiType = openCtiType.ToArray();
        Lifetime = lifetime;
    }

    public static StixKind IPv4 { get; } = new("ipv4-addr:value"u8, "IP address"u8, "IPv4-Addr"u8, 30 * Day);

    public static StixKind IPv6 { get; } = new("ipv6-addr:value"u8, "IP address"u8, "IPv6-Addr"u8, 30 * Day);

    public static StixKind Domain { get; } = new("domain-name:value"u8, "Domain name"u8, "Domain-Name"u8, 90 * Day);

    public static StixKind Url { get; } = new("url:value"u8, "URL"u8, "Url"u8, 90 * Day);

    public static StixKind Md5 { get; } = new("file:hashes.MD5"u8, "File hash"u8, "StixFile"u8, 0);

    public static StixKind Sha1 { get; } = new("file:hashes.'SHA-1'"u8, "File hash"u8, "StixFile"u8, 0);

    public static StixKind Sha256 { get; } = new("file:hashes.'SHA-256'"u8, "File hash"u8, "StixFile"u8, 0);

    /// <summary>The pattern up to its literal, with the opening quote.</summary>
    public byte[] PatternStart { get; }

    /// <summary>What the description calls it.</summary>
    public byte[] Noun { get; }

    /// <summary>OpenCTI's name of the observable.</summary>
    public byte[] OpenCtiType { get; }

    /// <summary>Seconds from the event until the indicator is no longer valid; 0: it stays valid. Addresses change hands sooner than names, contents never.</summary>
    public long Lifetime { get; }

    /// <summary>Writes the pattern of a canonical value: one comparison, and of the literal only backslash and quote escaped (STIX 2.1 §9.1).</summary>
    /// <param name="value">The value.</param>
    /// <param name="destination">At least twice as long as the value, and 64 bytes.</param>
    /// <returns>Bytes written.</returns>
    public int WritePattern(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        PatternStart.CopyTo(destination);
        var at = PatternStart.Length;
        foreach (var next in value)
        {
            if (next is (byte)'\\' or (byte)'\'')
            {
                destination[at++] = (byte)'\\';
            }

            destination[at++] = next;
        }

        destination[at++] = (byte)'\'';
        destination[at++] = (byte)']';
        return at;
    }
}
