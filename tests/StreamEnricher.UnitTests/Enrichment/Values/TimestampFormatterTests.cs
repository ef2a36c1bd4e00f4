using System.Globalization;
using System.Text;
using CsCheck;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class TimestampFormatterTests
{
    private static readonly Gen<(long Seconds, int Nanoseconds)> Times = Gen.Select(
        Gen.Long[UtcDays.MinSeconds, UtcDays.MaxSeconds],
        Gen.OneOf(Gen.Int[0, 999_999_999], Gen.Int[0, 999].Select(value => value * 1_000_000), Gen.Int[0, 999_999].Select(value => value * 1_000)));

    [Theory]
    [InlineData(1767323045, 0, "2026-01-02T03:04:05Z")]
    [InlineData(1767323045, 500_000_000, "2026-01-02T03:04:05.500Z")]
    [InlineData(1767323045, 5_000, "2026-01-02T03:04:05.000005Z")]
    [InlineData(1767323045, 123_456_000, "2026-01-02T03:04:05.123456Z")]
    [InlineData(1767323045, 123_456_789, "2026-01-02T03:04:05.123456789Z")]
    [InlineData(1767323045, 7, "2026-01-02T03:04:05.000000007Z")]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-1, 250_000_000, "1969-12-31T23:59:59.250Z")]
    [InlineData(-62135596800, 0, "0001-01-01T00:00:00Z")]
    [InlineData(253402300799, 999_999_999, "9999-12-31T23:59:59.999999999Z")]
    public void Rfc3339_has_as_few_threes_of_digits_as_lose_nothing(long seconds, int nanoseconds, string expected) => Assert.Equal(expected, Rfc3339(seconds, nanoseconds));

    [Theory]
    [InlineData(1767323045, 0, "2026-01-02T03:04:05.000Z")]
    [InlineData(1767323045, 999_999_999, "2026-01-02T03:04:05.999Z")]
    [InlineData(1767323045, 1_000_000, "2026-01-02T03:04:05.001Z")]
    public void Milliseconds_are_always_three_digits(long seconds, int nanoseconds, string expected)
    {
        var days = default(DayCache);
        Span<byte> text = stackalloc byte[TimestampFormatter.MaxLength];
        Assert.Equal(expected, Encoding.ASCII.GetString(text[..TimestampFormatter.WriteMilliseconds(seconds, nanoseconds, text, ref days)]));
    }

    [Theory]
    [InlineData(1433188255, 500_000_000, "1433188255.5")]
    [InlineData(1433188255, 123_456_789, "1433188255.123456789")]
    [InlineData(1433188255, 0, "1433188255")]
    [InlineData(1433188255, 10, "1433188255.00000001")]
    [InlineData(0, 0, "0")]
    [InlineData(-1, 750_000_000, "-0.25")]
    [InlineData(-2, 0, "-2")]
    [InlineData(-62135596800, 1, "-62135596799.999999999")]
    [InlineData(253402300799, 999_999_999, "253402300799.999999999")]
    public void Epoch_is_a_plain_decimal(long seconds, int nanoseconds, string expected) => Assert.Equal(expected, Epoch(seconds, nanoseconds));

    [Fact]
    public void What_is_written_is_read_again() =>
        Times.Sample((seconds, nanoseconds) =>
        {
            Assert.True(TimestampParser.TryParse(Encoding.ASCII.GetBytes(Rfc3339(seconds, nanoseconds)), out var actual, out var fraction));
            Assert.Equal((seconds, nanoseconds), (actual, fraction));
            Assert.Equal(seconds + (nanoseconds / 1_000_000_000m), decimal.Parse(Epoch(seconds, nanoseconds), CultureInfo.InvariantCulture));
        });

    [Fact]
    public void The_remembered_day_never_shows_in_another_days_text()
    {
        var days = default(DayCache);
        Gen.Select(Gen.Long[-3 * UtcDays.SecondsPerDay, 3 * UtcDays.SecondsPerDay], Gen.Int[0, 999_999_999]).Array[2, 20].Sample(
            times =>
            {
                Span<byte> text = stackalloc byte[TimestampFormatter.MaxLength];
                foreach (var (seconds, nanoseconds) in times)
                {
                    var length = TimestampFormatter.WriteRfc3339(seconds, nanoseconds, text, ref days);
                    Assert.Equal(Rfc3339(seconds, nanoseconds), Encoding.ASCII.GetString(text[..length]));
                }
            },
            threads: 1);
    }

    private static string Rfc3339(long seconds, int nanoseconds)
    {
        var days = default(DayCache);
        Span<byte> text = stackalloc byte[TimestampFormatter.MaxLength];
        return Encoding.ASCII.GetString(text[..TimestampFormatter.WriteRfc3339(seconds, nanoseconds, text, ref days)]);
    }

    private static string Epoch(long seconds, int nanoseconds)
    {
        Span<byte> text = stackalloc byte[TimestampFormatter.MaxLength];
        return Encoding.ASCII.GetString(text[..TimestampFormatter.WriteEpochSeconds(seconds, nanoseconds, text)]);
    }
}
