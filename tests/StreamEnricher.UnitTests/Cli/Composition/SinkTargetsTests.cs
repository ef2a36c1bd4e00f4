using StreamEnricher.Cli.Composition;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.UnitTests.Cli.Composition;

public sealed class SinkTargetsTests
{
    [Fact]
    public void A_place_is_the_beginning_an_offset_or_a_time()
    {
        Assert.Equal(new SinkTarget(), SinkTargets.TryParse("earliest"));
        Assert.Equal(new SinkTarget(42), SinkTargets.TryParse("42"));
        Assert.Equal(new SinkTarget(Time: new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)), SinkTargets.TryParse("2026-03-01T12:00:00"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("yesterday")]
    [InlineData(null)]
    public void Anything_else_is_none(string? text) => Assert.Null(SinkTargets.TryParse(text));
}
