using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.UnitTests.Delivery.Pacing;

public sealed class PacerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    [Trait("Complaint", "confluentinc/kafka-connect-elasticsearch#739")]
    public async Task Each_request_waits_until_those_before_it_have_used_up_their_time()
    {
        var pacer = new Pacer(new RateLimit(100, IsBytes: false), _clock);
        await pacer.WaitAsync(50, 1_000_000, TestContext.Current.CancellationToken);
        var second = pacer.WaitAsync(100, 1, TestContext.Current.CancellationToken).AsTask();
        var third = pacer.WaitAsync(1, 1, TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        await second;
        Assert.False(third.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await third;
    }

    [Fact]
    public async Task Bytes_are_counted_when_the_limit_is_of_bytes()
    {
        var pacer = new Pacer(new RateLimit(1000, IsBytes: true), _clock);
        await pacer.WaitAsync(1, 2000, TestContext.Current.CancellationToken);
        var next = pacer.WaitAsync(1, 1, TestContext.Current.CancellationToken).AsTask();
        _clock.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await next;
    }

    [Fact]
    public async Task Time_that_was_not_used_is_not_saved_up()
    {
        var pacer = new Pacer(new RateLimit(10, IsBytes: false), _clock);
        await pacer.WaitAsync(1, 0, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromHours(1));
        await pacer.WaitAsync(10, 0, TestContext.Current.CancellationToken);
        Assert.False(pacer.WaitAsync(1, 0, TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }

    [Theory]
    [InlineData(100, false, 100, 1 << 20)]
    [InlineData(0.5, false, 1, 1 << 20)]
    [InlineData(1_000_000, false, 5000, 1 << 20)]
    [InlineData(200_000, true, 5000, 200_000)]
    [InlineData(10, true, 5000, 64 << 10)]
    public void No_request_is_more_than_a_second_has_room_for(double perSecond, bool isBytes, int items, int bytes)
    {
        var limit = new RateLimit(perSecond, isBytes);
        Assert.Equal((items, bytes), (limit.CapItems(5000), limit.CapBytes(1 << 20)));
    }
}
