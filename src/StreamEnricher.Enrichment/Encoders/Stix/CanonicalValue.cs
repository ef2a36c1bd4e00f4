using System.Buffers;
using System.Buffers.Text;
using System.Text;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>
/// Gives an indicator's value its one spelling and refuses what is of no use to others: addresses and names that mean nothing outside a network, and what is no
/// value of its type. Consumers merge indicators by the text of their pattern, so two spellings would be two indicators.
/// </summary>
internal static class CanonicalValue
{
    /// <summary>Longer values are not shared.</summary>
    public const int MaxLength = 2048;

    private const int LongestIPv6 = 45;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    // Space, controls and what RFC 3986 has no place for.
    private static readonly SearchValues<byte> NotInUrl =
        SearchValues.Create([.. Enumerable.Range(0, 33).Select(value => (byte)value), 0x7f, .. "\"<>`{}|^"u8]);

    /// <summary>The empty file's hashes and all zeros, which sensors write for a file that they did not see.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> HashesOfNothing = new HashSet<string>(StringComparer.Ordinal)
    {
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        new('0', 32), new('0', 40), new('0', 64),
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Writes the canonical value.</summary>
    /// <param name="type">What the value is said to be.</param>
    /// <param name="text">The value, UTF-8.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>What it is; null when it is not shared.</returns>
    public static StixKind? Write(IndicatorType type, ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length > MaxLength)
        {
            return null;
        }

        return type switch
        {
            IndicatorType.Ip => Address(text, destination, out written),
            IndicatorType.Domain => Domain(text, destination, out written) ? StixKind.Domain : null,
            IndicatorType.Url => Url(text, destination, out written) ? StixKind.Url : null,
            IndicatorType.Md5 => Hash(text, 32, destination, out written) ? StixKind.Md5 : null,
            IndicatorType.Sha1 => Hash(text, 40, destination, out written) ? StixKind.Sha1 : null,
            IndicatorType.Sha256 => Hash(text, 64, destination, out written) ? StixKind.Sha256 : null,
            _ => null,
        };
    }

    private static StixKind? Address(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (!IpAddress.IsGlobal(text))
        {
            return null;
        }

        if (IpAddress.IsIPv4(text))
        {
            text.CopyTo(destination);
            written = text.Length;
            return StixKind.IPv4;
        }

        Span<byte> canonical = stackalloc byte[LongestIPv6];
        var address = (ReadOnlySpan<byte>)canonical[..IpAddress.WriteCanonicalIPv6(text, canonical)];

        // An IPv4 address in IPv6 clothes (::ffff:198.51.100.1) is the IPv4 address.
        var kind = StixKind.IPv6;
        var mapped = address[(address.LastIndexOf((byte)':') + 1)..];
        if (IpAddress.IsIPv4(mapped))
        {
            address = mapped;
            kind = StixKind.IPv4;
        }

        address.CopyTo(destination);
        written = address.Length;
        return kind;
    }

    private static bool Domain(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (text is [.., (byte)'.'])
        {
            text = text[..^1];
        }

        if (!DomainName.IsPublic(text))
        {
            return false;
        }

        written = Lower(text, destination);
        return true;
    }

    private static bool Url(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        var scheme = text.IndexOf("://"u8);
        if (scheme <= 0 || text.ContainsAny(NotInUrl) || !text[..scheme].ContainsOnlyLetters())
        {
            return false;
        }

        var start = scheme + 3;
        var end = text[start..].IndexOfAny("/?#"u8);
        end = end < 0 ? text.Length : start + end;
        var user = text[start..end].LastIndexOf((byte)'@') + 1;
        if (!IsPublicHost(text[(start + user)..end]))
        {
            return false;
        }

        // Scheme and host do not care about case; all else may.
        Lower(text[..start], destination);
        text[start..].CopyTo(destination[start..]);
        Lower(text[(start + user)..end], destination[(start + user)..]);
        written = text.Length;
        return true;
    }

    private static bool IsPublicHost(ReadOnlySpan<byte> host)
    {
        if (host is [(byte)'[', ..])
        {
            var close = host.IndexOf((byte)']');
            return close > 0 && IsPort(host[(close + 1)..]) && IpAddress.IsGlobal(host[1..close]);
        }

        var port = host.IndexOf((byte)':');
        if (port >= 0)
        {
            if (!IsPort(host[port..]))
            {
                return false;
            }

            host = host[..port];
        }

        return IpAddress.IsIPv4(host) ? IpAddress.IsGlobal(host) : DomainName.IsPublic(host);
    }

    private static bool IsPort(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] == (byte)':' && (text.Length == 1 || (Utf8Parser.TryParse(text[1..], out ushort _, out var used) && used == text.Length - 1)));

    private static bool Hash(ReadOnlySpan<byte> text, int length, Span<byte> destination, out int written)
    {
        written = 0;
        if (text.Length != length || text.ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        Span<char> lower = stackalloc char[length];
        written = Lower(text, destination);
        Encoding.ASCII.GetChars(destination[..written], lower);
        return !HashesOfNothing.Contains(lower);
    }

    private static int Lower(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Ascii.ToLower(text, destination, out var written);
        return written;
    }

    private static bool ContainsOnlyLetters(this ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'A', (byte)'z') && !text.ContainsAnyInRange((byte)'[', (byte)'`');
}
