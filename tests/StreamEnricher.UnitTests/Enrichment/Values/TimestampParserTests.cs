using System.Globalization;
using System.Text;
using CsCheck;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class TimestampParserTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05Z", 1767323045, 0)]
    [InlineData("2026-01-02t03:04:05z", 1767323045, 0)]
    [InlineData("2026-01-02 03:04:05", 1767323045, 0)]
    [InlineData("2026-01-02 03:04:05.678", 1767323045, 678000000)]
    [InlineData("2026-01-02T03:04:05,5", 1767323045, 500000000)]
    [InlineData("2026-01-02T03:04:05.123456789Z", 1767323045, 123456789)]
    [InlineData("2026-01-02T03:04:05.1234567899999Z", 1767323045, 123456789)]
    [InlineData("2026-01-02T03:04:05.000001+0000", 1767323045, 1000)]
    [InlineData("2026-01-02T04:04:05+01:00", 1767323045, 0)]
    [InlineData("2026-01-01T21:34:05-0530", 1767323045, 0)]
    [InlineData("2026-01-02T05:04:05+02", 1767323045, 0)]
    [InlineData("2026-01-02 03:04:05 +0000", 1767323045, 0)]
    [InlineData("2026-01-02 03:04:05.678 UTC", 1767323045, 678000000)]
    [InlineData("2026-01-02 03:04:05 GMT", 1767323045, 0)]
    [InlineData(" 2026-01-02T03:04:05Z ", 1767323045, 0)]
    [InlineData("2026-01-02T03:04Z", 1767323040, 0)]
    [InlineData("2026-01-02", 1767312000, 0)]
    [InlineData("2024-02-29", 1709164800, 0)]
    [InlineData("2016-12-31T23:59:60Z", 1483228800, 0)]
    [InlineData("1969-12-31T23:59:59.5Z", -1, 500000000)]
    [InlineData("0001-01-01T00:00:00Z", -62135596800, 0)]
    [InlineData("9999-12-31T23:59:59.999999999Z", 253402300799, 999999999)]
    public void Text_is_read_exactly(string text, long seconds, int nanoseconds)
    {
        Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var actual, out var fraction));
        Assert.Equal((seconds, nanoseconds), (actual, fraction));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("2026")]
    [InlineData("2026-1-2")]
    [InlineData("2026-13-01")]
    [InlineData("2026-00-01")]
    [InlineData("2026-02-29")]
    [InlineData("2100-02-29")]
    [InlineData("2026-04-31")]
    [InlineData("2026-01-00")]
    [InlineData("0000-01-01")]
    [InlineData("2026/01/02")]
    [InlineData("2026-01-02T")]
    [InlineData("2026-01-02T03")]
    [InlineData("2026-01-02T03:0")]
    [InlineData("2026-01-02T24:00:00Z")]
    [InlineData("2026-01-02T03:60:00Z")]
    [InlineData("2026-01-02T03:04:61Z")]
    [InlineData("2026-01-02T03:04:5Z")]
    [InlineData("2026-01-02T03:04:05.Z")]
    [InlineData("2026-01-02T03:04:05.")]
    [InlineData("2026-01-02T03:04:05X")]
    [InlineData("2026-01-02T03:04:05 ZZ")]
    [InlineData("2026-01-02T03:04:05+")]
    [InlineData("2026-01-02T03:04:05+1")]
    [InlineData("2026-01-02T03:04:05+1:00")]
    [InlineData("2026-01-02T03:04:05+01:0")]
    [InlineData("2026-01-02T03:04:05+01:60")]
    [InlineData("2026-01-02T03:04:05+19:00")]
    [InlineData("2026-01-02T03:04:05Zx")]
    [InlineData("2026-01-02X03:04:05Z")]
    [InlineData("2026-01-0:T03:04:05Z")]
    [InlineData("02 Jan 2026 03:04:05")]
    [InlineData("20260102T030405Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("1767323045")]
    public void Text_that_is_no_time_is_refused(string text)
    {
        Assert.False(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var seconds, out var nanoseconds));
        Assert.Equal((0L, 0), (seconds, nanoseconds));
    }

    [Fact]
    public void Text_of_any_day_is_read_as_DateTimeOffset_reads_it() =>
        Gen.Select(Gen.Long[0, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[0, 14 * 60]).Sample((ticks, offset) =>
        {
            var time = new DateTimeOffset(ticks, TimeSpan.Zero).AddDays(1 - (ticks % 2)).ToOffset(TimeSpan.Zero);
            var text = new DateTimeOffset(time.DateTime, TimeSpan.FromMinutes(ticks > TimeSpan.TicksPerDay ? offset : 0)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
            var expected = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
            Assert.True(TimestampParser.TryParse(Encoding.UTF8.GetBytes(text), out var seconds, out var nanoseconds));
            Assert.Equal(expected.UtcTicks, DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100));
        });

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1588205199", 1588205199, 0)]
    [InlineData("1588205199.82437", 1588205199, 824370000)]
    [InlineData("1588205199.0000000019", 1588205199, 1)]
    [InlineData("1588205199.000000000", 1588205199, 0)]
    [InlineData("99999999999", 99999999999, 0)]
    [InlineData("100000000000", 100000000, 0)]
    [InlineData("1588205199824", 1588205199, 824000000)]
    [InlineData("1588205199824.375", 1588205199, 824375000)]
    [InlineData("1588205199824371", 1588205199, 824371000)]
    [InlineData("1588205199824371.5", 1588205199, 824371500)]
    [InlineData("1588205199824371789", 1588205199, 824371789)]
    [InlineData("1588205199824371789.9", 1588205199, 824371789)]
    [InlineData("9223372036854775807", 9223372036, 854775807)]
    [InlineData("1.58820519982437E9", 1588205199, 824370000)]
    [InlineData("1.588205199E+9", 1588205199, 0)]
    [InlineData("158820519982437e-5", 1588205199, 824370000)]
    [InlineData("5e-1", 0, 500000000)]
    [InlineData("5e-3", 0, 5000000)]
    public void Epoch_is_read_exactly_in_the_unit_of_its_magnitude(string text, long seconds, int nanoseconds)
    {
        Assert.True(TimestampParser.TryParseEpoch(Encoding.UTF8.GetBytes(text), out var actual, out var fraction));
        Assert.Equal((seconds, nanoseconds), (actual, fraction));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-1")]
    [InlineData("-1588205199")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e")]
    [InlineData("1 ")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    [InlineData("18446744073709551616")]
    [InlineData("1e20")]
    [InlineData("1e999999999999")]
    [InlineData("2026-01-02")]
    public void Epoch_that_is_no_time_is_refused(string text) => Assert.False(TimestampParser.TryParseEpoch(Encoding.UTF8.GetBytes(text), out _, out _));
}
