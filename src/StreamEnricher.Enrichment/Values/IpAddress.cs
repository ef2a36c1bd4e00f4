using System.Buffers.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>
/// Strict IP addresses as text: dotted quads without leading zeros, and the forms of RFC 4291 section 2.2 without zone or brackets. IPAddress.TryParse and IsValidUtf8
/// also take <c>1</c>, <c>10.1</c>, <c>010.0.0.1</c>, <c>0x7f.1</c>, <c>[::1]</c> and <c>fe80::1%eth0</c>, which an ip field of Elasticsearch refuses.
/// </summary>
internal static class IpAddress
{
    /// <summary>Longest text of an address, and the room that <see cref="WriteCanonicalIPv6"/> wants.</summary>
    public const int MaxLength = 45;

    private const int Groups = 8;

    /// <summary>An IPv4 or IPv6 address.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => IsIPv4(text) || IsIPv6(text);

    /// <summary>Four numbers from 0 to 255 without leading zeros.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text) => TryParseIPv4(text, out _);

    /// <summary>Eight groups of up to four hex digits, or six and a dotted quad; <c>::</c> stands once for one or more groups of zeros.</summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        return TryParseIPv6(text, groups);
    }

    /// <summary>
    /// An address that the internet routes: not private, shared (100.64/10), loopback, link-local, multicast, unspecified or otherwise reserved, by the IANA registries
    /// of special-purpose addresses. Those set aside for documentation count as public, because examples use them in the place of public ones. An IPv6 address that
    /// carries an IPv4 address (mapped, or NAT64) is judged by that one. False when the text is no address.
    /// </summary>
    public static bool IsGlobal(ReadOnlySpan<byte> text)
    {
        if (TryParseIPv4(text, out var address))
        {
            return IsGlobalIPv4(address);
        }

        Span<ushort> groups = stackalloc ushort[Groups];
        return TryParseIPv6(text, groups) && IsGlobalIPv6(groups);
    }

    /// <summary>Writes an IPv6 address in its one canonical spelling (RFC 5952; an IPv4-mapped address ends in a dotted quad). Returns the bytes written, 0 when the text is no IPv6 address.</summary>
    /// <param name="text">Any spelling.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    public static int WriteCanonicalIPv6(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        if (!TryParseIPv6(text, groups))
        {
            return 0;
        }

        var isMapped = IsMapped(groups);
        var written = groups[..(isMapped ? Groups - 2 : Groups)];
        var (zeros, count) = LongestZeros(written);
        var at = 0;
        for (var i = 0; i < written.Length; i++)
        {
            if (i == zeros)
            {
                "::"u8.CopyTo(destination[at..]);
                at += 2;
                i += count - 1;
                continue;
            }

            if (i > 0 && destination[at - 1] != (byte)':')
            {
                destination[at++] = (byte)':';
            }

            Utf8Formatter.TryFormat(written[i], destination[at..], out var digits, 'x');
            at += digits;
        }

        if (isMapped)
        {
            destination[at++] = (byte)':';
            at += WriteQuad(groups[6], groups[7], destination[at..]);
        }

        return at;
    }

    private static int WriteQuad(ushort high, ushort low, Span<byte> destination)
    {
        var at = 0;
        foreach (var part in (ReadOnlySpan<int>)[high >> 8, high & 255, low >> 8, low & 255])
        {
            Utf8Formatter.TryFormat(part, destination[at..], out var digits);
            at += digits;
            destination[at++] = (byte)'.';
        }

        return at - 1;
    }

    /// <summary>The longest run of two or more groups of zeros, the first of equals; a start of -1 when there is none.</summary>
    private static (int Start, int Count) LongestZeros(ReadOnlySpan<ushort> groups)
    {
        var (best, longest) = (-1, 1);
        for (var i = 0; i < groups.Length; i++)
        {
            var run = groups[i..].IndexOfAnyExcept((ushort)0);
            run = run < 0 ? groups.Length - i : run;
            if (run > longest)
            {
                (best, longest) = (i, run);
            }

            i += run;
        }

        return (best, longest);
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        if (text.Length is < 7 or > 15)
        {
            return false;
        }

        var dots = 0;
        var digits = 0;
        var part = 0U;
        foreach (var next in text)
        {
            var digit = (uint)(next - '0');
            if (digit <= 9)
            {
                // A zero is only ever followed by a dot, and a part never exceeds 255, so that three digits are the most.
                if ((digits > 0 && part == 0) || (part = (part * 10) + digit) > 255)
                {
                    return false;
                }

                digits++;
            }
            else if (next == (byte)'.' && digits > 0 && dots < 3)
            {
                address = (address << 8) | part;
                dots++;
                digits = 0;
                part = 0;
            }
            else
            {
                return false;
            }
        }

        address = (address << 8) | part;
        return dots == 3 && digits > 0;
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> text, Span<ushort> groups)
    {
        groups.Clear();
        if (text.Length is < 2 or > MaxLength)
        {
            return false;
        }

        var count = 0;
        var gap = -1;
        var at = 0;
        if (text[0] == (byte)':')
        {
            if (text[1] != (byte)':')
            {
                return false;
            }

            gap = 0;
            at = 2;
        }

        while (at < text.Length)
        {
            var start = at;
            var value = 0;
            for (; at < text.Length && HexDigit(text[at]) is var digit and >= 0; at++)
            {
                value = (value << 4) | digit;
                if (at - start == 4)
                {
                    return false;
                }
            }

            if (at < text.Length && text[at] == (byte)'.')
            {
                if (count > Groups - 2 || !TryParseIPv4(text[start..], out var quad))
                {
                    return false;
                }

                groups[count++] = (ushort)(quad >> 16);
                groups[count++] = (ushort)quad;
                break;
            }

            if (at == start || count == Groups)
            {
                return false;
            }

            groups[count++] = (ushort)value;
            if (at == text.Length)
            {
                break;
            }

            // A colon must be followed by a group, or by a second colon, but only once.
            if (text[at++] != (byte)':' || at == text.Length)
            {
                return false;
            }

            if (text[at] == (byte)':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = count;
                at++;
            }
        }

        return gap < 0 ? count == Groups : TryFillGap(groups, gap, count);
    }

    private static bool TryFillGap(Span<ushort> groups, int gap, int count)
    {
        if (count == Groups)
        {
            return false;
        }

        var behind = count - gap;
        groups.Slice(gap, behind).CopyTo(groups[(Groups - behind)..]);
        groups[gap..(Groups - behind)].Clear();
        return true;
    }

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        _ => -1,
    };

    private static bool IsMapped(ReadOnlySpan<ushort> groups) => groups[5] == 0xffff && groups[..5].IndexOfAnyExcept((ushort)0) < 0;

    // https://www.iana.org/assignments/iana-ipv4-special-registry
    private static bool IsGlobalIPv4(uint address)
    {
        var first = address >> 24;
        var firstTwo = address >> 16;
        return first is not (0 or 10 or 127) and < 224
            && firstTwo is not (0xA9FE or 0xC0A8 or (>= 0xAC10 and <= 0xAC1F) or (>= 0x6440 and <= 0x647F) or 0xC612 or 0xC613)
            && address >> 8 != 0xC00000;
    }

    // https://www.iana.org/assignments/iana-ipv6-special-registry; global unicast addresses are given out of 2000::/3 alone.
    private static bool IsGlobalIPv6(ReadOnlySpan<ushort> groups)
    {
        var isNat64 = groups[0] == 0x64 && groups[1] == 0xff9b && groups[2..6].IndexOfAnyExcept((ushort)0) < 0;
        if (isNat64 || IsMapped(groups))
        {
            return IsGlobalIPv4(((uint)groups[6] << 16) | groups[7]);
        }

        // Within it: protocol assignments with Teredo (2001::/23), and 6to4 (2002::/16).
        return groups[0] >> 13 == 1 && !(groups[0] == 0x2001 && groups[1] < 0x200) && groups[0] != 0x2002;
    }
}
