using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>Values that are never shared: own networks and domains, and what is known to be harmless. Immutable.</summary>
internal sealed class AllowList
{
    private readonly UInt128[] _starts;
    private readonly UInt128[] _ends;
    private readonly HashSet<byte[]> _domains;
    private readonly HashSet<byte[]> _values;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _domainLookup;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _valueLookup;

    /// <param name="networks">Addresses in them are never shared.</param>
    /// <param name="domains">These and all below them, lower case.</param>
    /// <param name="values">Other values: URLs and hashes in their canonical spelling.</param>
    public AllowList(IEnumerable<IPNetwork> networks, IEnumerable<string> domains, IEnumerable<string> values)
    {
        (_starts, _ends) = Merge(networks.Select(Range));
        _domains = new HashSet<byte[]>(domains.Select(Encoding.UTF8.GetBytes), KeyComparer.Instance);
        _values = new HashSet<byte[]>(values.Select(Encoding.UTF8.GetBytes), KeyComparer.Instance);
        _domainLookup = _domains.GetAlternateLookup<ReadOnlySpan<byte>>();
        _valueLookup = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Nothing is on it.</summary>
    public static AllowList Empty { get; } = new([], [], []);

    /// <summary>Whether a canonical value is on the list. A URL is when its host is.</summary>
    public bool Has(StixKind kind, ReadOnlySpan<byte> value)
    {
        if (_values.Count > 0 && _valueLookup.Contains(value))
        {
            return true;
        }

        if (kind == StixKind.IPv4 || kind == StixKind.IPv6)
        {
            return HasAddress(value);
        }

        if (kind == StixKind.Domain)
        {
            return HasDomain(value);
        }

        return kind == StixKind.Url && Host(value) is var host && (HasDomain(host) || HasAddress(host));
    }

    private static ReadOnlySpan<byte> Host(ReadOnlySpan<byte> url)
    {
        var host = url[(url.IndexOf("://"u8) + 3)..];
        var end = host.IndexOfAny("/?#"u8);
        host = end < 0 ? host : host[..end];
        host = host[(host.LastIndexOf((byte)'@') + 1)..];
        if (host is [(byte)'[', ..])
        {
            return host[1..host.IndexOf((byte)']')];
        }

        var port = host.IndexOf((byte)':');
        host = port < 0 ? host : host[..port];
        return host is [.., (byte)'.'] ? host[..^1] : host;
    }

    private static (UInt128 Start, UInt128 End) Range(IPNetwork network)
    {
        var start = Number(network.BaseAddress);
        var prefix = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? network.PrefixLength + 96 : network.PrefixLength;
        return (start, prefix == 0 ? UInt128.MaxValue : start | ((UInt128.One << (128 - prefix)) - 1));
    }

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        (address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address).TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static (UInt128[] Starts, UInt128[] Ends) Merge(IEnumerable<(UInt128 Start, UInt128 End)> ranges)
    {
        var merged = new List<(UInt128 Start, UInt128 End)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
            {
                merged[^1] = (merged[^1].Start, UInt128.Max(merged[^1].End, range.End));
            }
            else
            {
                merged.Add(range);
            }
        }

        return ([.. merged.Select(static range => range.Start)], [.. merged.Select(static range => range.End)]);
    }

    private bool HasAddress(ReadOnlySpan<byte> text)
    {
        if (_starts.Length == 0 || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        var number = Number(address);
        var place = Array.BinarySearch(_starts, number);
        place = place >= 0 ? place : ~place - 1;
        return place >= 0 && number <= _ends[place];
    }

    /// <summary>The name or one above it is on the list.</summary>
    private bool HasDomain(ReadOnlySpan<byte> name)
    {
        while (_domains.Count > 0)
        {
            if (_domainLookup.Contains(name))
            {
                return true;
            }

            var dot = name.IndexOf((byte)'.');
            if (dot < 0)
            {
                break;
            }

            name = name[(dot + 1)..];
        }

        return false;
    }
}
