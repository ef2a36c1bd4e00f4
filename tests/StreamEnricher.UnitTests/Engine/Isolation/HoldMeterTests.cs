using StreamEnricher.Engine.Isolation;

namespace StreamEnricher.UnitTests.Engine.Isolation;

public sealed class HoldMeterTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly HoldMeter _meter = new();

    [Fact]
    public void Level_is_the_time_that_the_sink_holds_without_a_break()
    {
        Pass(40, static _ => true);

        Assert.Equal(TimeSpan.FromSeconds(2), _meter.Level);
    }

    [Fact]
    public void Level_grows_over_the_short_breaks_of_a_queue_that_is_nearly_always_full()
    {
        Pass(1000, static tick => tick % 5 != 0);

        Assert.True(_meter.Level > TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Level_stays_low_for_a_sink_that_holds_less_than_a_tenth_of_the_time()
    {
        Pass(100_000, static tick => tick % 12 == 0);

        Assert.True(_meter.Level < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Level_is_never_below_zero()
    {
        Pass(100, static _ => false);
        Pass(1, static _ => true);

        Assert.Equal(Tick, _meter.Level);
    }

    private void Pass(int ticks, Func<int, bool> holds)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            _meter.Add(holds(tick), Tick);
        }
    }
}
