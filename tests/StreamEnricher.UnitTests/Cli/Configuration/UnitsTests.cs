using StreamEnricher.Cli.Configuration;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("4 MiB", 4L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("64KiB", 64L << 10)]
    [InlineData("2MB", 2_000_000)]
    [InlineData("10B", 10)]
    [InlineData("65536", 65536)]
    public void Sizes_are_read(string text, long expected)
    {
        Assert.True(Units.TryParseSize(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1MiB")]
    [InlineData("1mib")]
    [InlineData("1e9")]
    [InlineData("99999999GiB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Units.TryParseSize(text, out _));

    [Theory]
    [InlineData("20ms", 20)]
    [InlineData("5s", 5_000)]
    [InlineData("0.5s", 500)]
    [InlineData("10m", 600_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    public void Durations_are_read(string text, long milliseconds)
    {
        Assert.True(Units.TryParseDuration(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("5 weeks")]
    [InlineData("99999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Units.TryParseDuration(text, out _));

    [Theory]
    [InlineData("5000/s", 5000, false)]
    [InlineData("5000", 5000, false)]
    [InlineData("300/m", 5, false)]
    [InlineData("7200 / h", 2, false)]
    [InlineData("10MiB/s", 10 << 20, true)]
    [InlineData("60kB/m", 1000, true)]
    public void Rates_are_read(string text, double perSecond, bool isBytes)
    {
        Assert.True(Units.TryParseRate(text, out var rate));
        Assert.Equal(new RateLimit(perSecond, isBytes), rate);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    public void No_rate_is_no_limit(string text)
    {
        Assert.True(Units.TryParseRate(text, out var rate));
        Assert.Null(rate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/s")]
    [InlineData("-5/s")]
    [InlineData("5/d")]
    [InlineData("5MiB/")]
    [InlineData("fast")]
    public void What_is_no_rate_is_refused(string text) => Assert.False(Units.TryParseRate(text, out _));

    [Theory]
    [InlineData("databse", "did you mean database?")]
    [InlineData("tabels", "did you mean tables?")]
    [InlineData("data", "did you mean database?")]
    [InlineData("qqqq", "one of: database, tables")]
    public void The_nearest_word_is_suggested(string word, string expected) => Assert.Equal(expected, Suggestion.For(word, ["database", "tables"]));
}
