using System.Net;

namespace StreamEnricher.Enrichment.Values;

/// <summary>
/// Strict IP addresses: dotted quads without leading zeros, and RFC 4291 text forms without zone or brackets. IPAddress.TryParse and IsValidUtf8 also take
/// <c>1</c>, <c>10.1</c>, <c>010.0.0.1</c>, <c>[::1]</c> and <c>fe80::1%eth0</c>, which an ip field refuses.
/// </summary>
internal static class IpAddress
{
    private const int LongestIPv6 = 45;

    /// <summary>An IPv4 or IPv6 address.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => IsIPv4(text) || IsIPv6(text);

    /// <summary>Four numbers from 0 to 255 without leading zeros.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 7 or > 15)
        {
            return false;
        }

        var parts = 0;
        var digits = 0;
        var value = 0;
        foreach (var next in text)
        {
            if (next == (byte)'.')
            {
                if (digits == 0 || ++parts == 4)
                {
                    return false;
                }

                digits = value = 0;
                continue;
            }

            var digit = next - '0';
            if (digit is < 0 or > 9 || (digits > 0 && value == 0) || (value = (value * 10) + digit) > 255)
            {
                return false;
            }

            digits++;
        }

        return parts == 3 && digits > 0;
    }

    /// <summary>Eight groups, one run of which may be left out, or six groups and a dotted quad.</summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 2 or > LongestIPv6 || text.IndexOf((byte)':') < 0)
        {
            return false;
        }

        var groups = 0;
        var compressed = false;
        var at = 0;
        if (text[0] == (byte)':')
        {
            if (text[1] != (byte)':')
            {
                return false;
            }

            compressed = true;
            at = 2;
        }

        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiHexDigit((char)text[at]))
            {
                at++;
            }

            if (at < text.Length && text[at] == (byte)'.')
            {
                groups += 2;
                return IsIPv4(text[start..]) && (compressed ? groups < 8 : groups == 8);
            }

            if (at == start || at - start > 4)
            {
                return false;
            }

            groups++;
            if (at == text.Length)
            {
                break;
            }

            if (text[at++] != (byte)':' || at == text.Length)
            {
                return false;
            }

            if (text[at] == (byte)':')
            {
                if (compressed)
                {
                    return false;
                }

                compressed = true;
                at++;
            }
        }

        return compressed ? groups < 8 : groups == 8;
    }

    /// <summary>
    /// An address that others can reach: not private, shared, loopback, link-local, multicast, unspecified or reserved. Addresses reserved for documentation
    /// (RFC 5737, RFC 3849) count as public, because examples stand for public ones.
    /// </summary>
    public static bool IsGlobal(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsIPv4(text))
        {
            ReadIPv4(text, bytes);
            return IsGlobalIPv4(bytes);
        }

        if (!TryParse(text, out var address))
        {
            return false;
        }

        address.TryWriteBytes(bytes, out _);
        return address.IsIPv4MappedToIPv6 ? IsGlobalIPv4(bytes[12..]) : IsGlobalIPv6(bytes);
    }

    /// <summary>The one spelling of an IPv6 address (RFC 5952); returns the bytes written, 0 when the text is no IPv6 address.</summary>
    /// <param name="text">Any spelling.</param>
    /// <param name="destination">At least 45 bytes.</param>
    public static int WriteCanonicalIPv6(ReadOnlySpan<byte> text, Span<byte> destination) =>
        IsIPv6(text) && TryParse(text, out var address) && address.TryFormat(destination, out var written) ? written : 0;

    private static bool TryParse(ReadOnlySpan<byte> text, out IPAddress address)
    {
        address = IPAddress.None;
        return IsValid(text) && IPAddress.TryParse(text, out address!);
    }

    private static void ReadIPv4(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        var part = 0;
        bytes[0] = 0;
        foreach (var next in text)
        {
            if (next == (byte)'.')
            {
                bytes[++part] = 0;
            }
            else
            {
                bytes[part] = (byte)((bytes[part] * 10) + next - '0');
            }
        }
    }

    private static bool IsGlobalIPv4(ReadOnlySpan<byte> bytes) => (bytes[0], bytes[1]) switch
    {
        (0 or 10 or 127, _) => false,
        (100, >= 64 and <= 127) => false,
        (169, 254) => false,
        (172, >= 16 and <= 31) => false,
        (192, 168) => false,
        (192, 0) => bytes[2] != 0,
        (198, 18 or 19) => false,
        ( >= 224, _) => false,
        _ => true,
    };

    // 2000::/3 is what is given out; 2001:0::/23 holds protocol assignments, 2002::/16 wraps IPv4.
    private static bool IsGlobalIPv6(ReadOnlySpan<byte> bytes) =>
        (bytes[0] & 0xe0) == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] & 0xfe) == 0) && !(bytes[0] == 0x20 && bytes[1] == 0x02);
}
