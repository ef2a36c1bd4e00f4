using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.UnitTests.Kafka.Retention;

public sealed class MovingStartTests
{
    private static readonly DateTimeOffset Begun = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_known_until_something_was_deleted()
    {
        var start = new MovingStart();
        start.See(Begun, 100);
        start.See(Begun.AddMinutes(1), 100);

        Assert.Null(start.Left(100));
        Assert.Null(start.ExpiresBelow(1000));
    }

    [Fact]
    public void What_was_deleted_tells_how_fast_it_goes_and_how_much_at_once()
    {
        // 6,000 records a minute, a segment each.
        var start = new MovingStart();
        for (var minute = 0; minute <= 10; minute++)
        {
            start.See(Begun.AddMinutes(minute), minute * 6000);
        }

        Assert.Equal(100, start.Rate);
        Assert.Equal(TimeSpan.Zero, start.Left(66_000));
        Assert.Equal(TimeSpan.FromMinutes(10), start.Left(126_000));
        Assert.Equal(96_000, start.ExpiresBelow(1_000_000));
        Assert.Equal(65_000, start.ExpiresBelow(70_000));
    }

    [Fact]
    public void A_topic_that_was_made_anew_begins_anew()
    {
        var start = new MovingStart();
        start.See(Begun, 1000);
        start.See(Begun.AddMinutes(1), 2000);
        start.See(Begun.AddMinutes(2), 0);

        Assert.Null(start.Left(10));
    }
}
