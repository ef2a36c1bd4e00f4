using StreamEnricher.Engine.Isolation;

namespace StreamEnricher.UnitTests.Engine.Isolation;

public sealed class StuckMeterTests
{
    private static readonly DateTimeOffset Begun = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_sink_is_stuck_once_it_has_settled_nothing_for_a_minute()
    {
        var meter = new StuckMeter();

        Assert.False(meter.IsStuck(Begun, 10));
        Assert.False(meter.IsStuck(Begun.AddSeconds(59), 10));
        Assert.True(meter.IsStuck(Begun.AddSeconds(60), 10));
        Assert.False(meter.IsStuck(Begun.AddSeconds(61), 11));
        Assert.False(meter.IsStuck(Begun.AddSeconds(120), 11));
        Assert.True(meter.IsStuck(Begun.AddSeconds(121), 11));
    }

    [Fact]
    public void What_was_before_it_was_cleared_does_not_count()
    {
        var meter = new StuckMeter();
        meter.IsStuck(Begun, 10);
        meter.Clear();

        Assert.False(meter.IsStuck(Begun.AddHours(1), 10));
    }
}
