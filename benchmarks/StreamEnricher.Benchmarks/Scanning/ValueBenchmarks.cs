using System.Globalization;
using System.Net;
using BenchmarkDotNet.Attributes;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Benchmarks.Scanning;

/// <summary>Conversions of single values, beside what the framework offers for the same.</summary>
[MemoryDiagnoser]
public class ValueBenchmarks
{
    private readonly byte[] _written = new byte[TimestampFormatter.MaxLength * 2];
    private DayCache _days;

    private static ReadOnlySpan<byte> Time => "2026-01-02T03:04:05.123456+0000"u8;

    private static ReadOnlySpan<byte> IPv4 => "203.0.113.77"u8;

    private static ReadOnlySpan<byte> IPv6 => "2001:db8::8:800:200c:417a"u8;

    [Benchmark]
    public long ParseTimestamp() => TimestampParser.TryParse(Time, out var seconds, out _) ? seconds : 0;

    [Benchmark]
    public int ParseTimestampAndWriteBoth()
    {
        if (!TimestampParser.TryParse(Time, out var seconds, out var nanoseconds))
        {
            return 0;
        }

        var written = TimestampFormatter.WriteRfc3339(seconds, nanoseconds, _written, ref _days);
        return TimestampFormatter.WriteEpochSeconds(seconds, nanoseconds, _written.AsSpan(written));
    }

    [Benchmark]
    public long ParseEpoch() => TimestampParser.TryParseEpoch("1588205199.82437"u8, out var seconds, out _) ? seconds : 0;

    [Benchmark]
    public bool DateTimeOffsetTryParse() => DateTimeOffset.TryParse("2026-01-02T03:04:05.123456+0000", CultureInfo.InvariantCulture, out _);

    [Benchmark]
    public bool IsIPv4() => IpAddress.IsIPv4(IPv4);

    [Benchmark]
    public bool IsIPv6() => IpAddress.IsIPv6(IPv6);

    [Benchmark]
    public bool IPAddressIsValidUtf8() => IPAddress.IsValidUtf8(IPv6);

    [Benchmark]
    public int WriteCanonicalIPv6() => IpAddress.WriteCanonicalIPv6(IPv6, _written);

    [Benchmark]
    public long ParseInt64() => JsonNumber.TryParseInt64("49152"u8, out var value) ? value : 0;
}
