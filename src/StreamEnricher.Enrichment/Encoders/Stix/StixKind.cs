namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>A kind of value that an indicator can be made of, with all that depends on it.</summary>
internal sealed class StixKind
{
    private const int Day = 86_400;

    private StixKind(byte code, ReadOnlySpan<byte> path, ReadOnlySpan<byte> noun, ReadOnlySpan<byte> openCtiType, long lifetime)
    {
        Code = code;
        PatternStart = [(byte)'[', .. path, .. " = '"u8];
        Noun = noun.ToArray();
        OpenCtiType = openCtiType.ToArray();
        Lifetime = lifetime;
    }

    public static StixKind IPv4 { get; } = new(1, "ipv4-addr:value"u8, "IP address"u8, "IPv4-Addr"u8, 30 * Day);

    public static StixKind IPv6 { get; } = new(2, "ipv6-addr:value"u8, "IP address"u8, "IPv6-Addr"u8, 30 * Day);

    public static StixKind Domain { get; } = new(3, "domain-name:value"u8, "Domain name"u8, "Domain-Name"u8, 90 * Day);

    public static StixKind Url { get; } = new(4, "url:value"u8, "URL"u8, "Url"u8, 90 * Day);

    public static StixKind Md5 { get; } = new(5, "file:hashes.MD5"u8, "File hash"u8, "StixFile"u8, 0);

    public static StixKind Sha1 { get; } = new(6, "file:hashes.'SHA-1'"u8, "File hash"u8, "StixFile"u8, 0);

    public static StixKind Sha256 { get; } = new(7, "file:hashes.'SHA-256'"u8, "File hash"u8, "StixFile"u8, 0);

    private static readonly StixKind[] ByCode = [IPv4, IPv6, Domain, Url, Md5, Sha1, Sha256];

    /// <summary>Stands for the kind in stored state, from 1; never changes.</summary>
    public byte Code { get; }

    /// <summary>The pattern up to its literal, with the opening quote.</summary>
    public byte[] PatternStart { get; }

    /// <summary>What the description calls it.</summary>
    public byte[] Noun { get; }

    /// <summary>OpenCTI's name of the observable.</summary>
    public byte[] OpenCtiType { get; }

    /// <summary>Seconds from the event until the indicator is no longer valid; 0: it stays valid. Addresses change hands sooner than names, contents never.</summary>
    public long Lifetime { get; }

    /// <summary>The kind of a code; null when there is none.</summary>
    public static StixKind? Of(byte code) => code >= 1 && code <= ByCode.Length ? ByCode[code - 1] : null;

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
