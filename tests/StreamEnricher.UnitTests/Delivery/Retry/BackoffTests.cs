using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.UnitTests.Delivery.Retry;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 400)]
    [InlineData(5, 3_200)]
    [InlineData(8, 25_600)]
    [InlineData(9, 30_000)]
    [InlineData(1_000_000, 30_000)]
    public void The_bound_doubles_up_to_the_cap(int attempt, int milliseconds)
    {
        Assert.Equal(milliseconds, At(1, attempt).TotalMilliseconds, 3);
        Assert.Equal(milliseconds / 2.0, At(0.5, attempt).TotalMilliseconds, 3);
        Assert.Equal(TimeSpan.Zero, At(0, attempt));
    }

    [Fact]
    public void Waits_are_spread_over_the_whole_bound()
    {
        var backoff = new Backoff(TimeProvider.System, new Random(1));
        var waits = Enumerable.Range(0, 1000).Select(_ => backoff.Next(9).TotalSeconds).ToList();
        Assert.InRange(waits.Min(), 0, 1);
        Assert.InRange(waits.Max(), 29, 30);
        Assert.InRange(waits.Average(), 13, 17);
    }

    [Fact]
    public void What_the_server_asks_for_is_the_least()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), new Backoff(TimeProvider.System, new FixedRandom(0)).Next(1, TimeSpan.FromSeconds(7)));
        Assert.Equal(TimeSpan.FromSeconds(30), new Backoff(TimeProvider.System, new FixedRandom(1)).Next(20, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public void A_server_cannot_ask_for_a_wait_without_end() =>
        Assert.Equal(Backoff.LongestAsked, new Backoff(TimeProvider.System, new FixedRandom(0)).Next(1, TimeSpan.FromDays(400)));

    [Fact]
    public async Task The_wait_is_of_the_clock_that_was_given()
    {
        var clock = new FakeTimeProvider();
        var wait = new Backoff(clock, new FixedRandom(0.5)).WaitAsync(1, null, CancellationToken.None);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(wait.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await wait;
    }

    [Fact]
    public async Task The_end_of_the_engine_ends_a_wait()
    {
        using var stop = new CancellationTokenSource();
        var wait = new Backoff(new FakeTimeProvider(), new FixedRandom(0.5)).WaitAsync(1, TimeSpan.FromMinutes(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private static TimeSpan At(double random, int attempt) => new Backoff(TimeProvider.System, new FixedRandom(random)).Next(attempt);

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
