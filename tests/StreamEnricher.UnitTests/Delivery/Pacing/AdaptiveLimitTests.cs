using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.UnitTests.Delivery.Pacing;

public sealed class AdaptiveLimitTests
{
    private const int Bytes = 1000;
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_begins_with_a_few_so_that_no_sink_holds_up_others_for_not_having_been_tried_and_every_good_answer_adds_one()
    {
        var limit = new AdaptiveLimit(8, _clock);
        Assert.Equal(4, limit.Current);
        var workers = Enumerable.Range(0, 20).Select(_ => limit.EnterAsync(Cancellation).AsTask()).ToList();
        for (var answers = 1; answers <= 10; answers++)
        {
            limit.Answered(Bytes, Usual);
            limit.Leave();
            Assert.Equal(Math.Min(8, answers + 4), limit.Current);
        }

        await Task.WhenAll(workers.Take(18));
        Assert.False(workers[18].IsCompleted);
    }

    [Fact]
    [Trait("Complaint", "confluentinc/kafka-connect-elasticsearch#739")]
    public async Task An_overloaded_server_gets_half_and_then_one_more_each_round()
    {
        var limit = await AtAsync(8);
        await RoundAsync(limit, overloaded: true);
        Assert.Equal(4, limit.Current);
        await RoundAsync(limit);
        Assert.Equal(5, limit.Current);
        await RoundAsync(limit);
        Assert.Equal(6, limit.Current);
    }

    [Fact]
    public async Task Requests_that_were_under_way_together_count_as_one_trouble()
    {
        var limit = await AtAsync(8);
        await RoundAsync(limit, overloaded: true);
        limit.Overloaded();
        Assert.Equal(4, limit.Current);
        _clock.Advance(Usual);
        limit.Overloaded();
        Assert.Equal(2, limit.Current);
    }

    [Fact]
    public async Task It_never_falls_below_one()
    {
        var limit = await AtAsync(2);
        for (var i = 0; i < 5; i++)
        {
            await RoundAsync(limit, overloaded: true);
        }

        Assert.Equal(1, limit.Current);
    }

    [Fact]
    public async Task Answers_that_take_much_longer_than_usual_lower_it()
    {
        var limit = await AtAsync(8);
        await RoundAsync(limit, latency: TimeSpan.FromSeconds(2));
        Assert.InRange(limit.Current, 1, 6);
    }

    [Fact]
    public async Task A_large_request_may_take_longer_than_a_small_one()
    {
        var limit = await AtAsync(8);
        for (var i = 0; i < 5; i++)
        {
            await RoundAsync(limit, latency: TimeSpan.FromSeconds(2), bytes: 8 << 20);
        }

        Assert.Equal(8, limit.Current);
    }

    [Fact]
    public async Task A_limit_that_is_not_reached_is_not_raised()
    {
        var limit = await AtAsync(4, most: 8);
        for (var i = 0; i < 20; i++)
        {
            await limit.EnterAsync(Cancellation);
            limit.Answered(Bytes, Usual);
            limit.Leave();
        }

        Assert.Equal(4, limit.Current);
    }

    [Fact]
    public async Task Who_waits_is_let_in_in_turn_and_who_gives_up_takes_no_permit()
    {
        var limit = new AdaptiveLimit(1, _clock);
        await limit.EnterAsync(Cancellation);
        using var givesUp = new CancellationTokenSource();
        var first = limit.EnterAsync(givesUp.Token).AsTask();
        var second = limit.EnterAsync(Cancellation).AsTask();
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        limit.Leave();
        await second;
        limit.Leave();
        await limit.EnterAsync(Cancellation);
    }

    private async Task<AdaptiveLimit> AtAsync(int current, int? most = null)
    {
        var limit = new AdaptiveLimit(most ?? current, _clock);
        while (limit.Current < current)
        {
            await RoundAsync(limit);
        }

        await RoundAsync(limit, adds: most is null);
        return limit;
    }

    /// <summary>As many requests as may be under way, all answered after the same time.</summary>
    private async Task RoundAsync(AdaptiveLimit limit, bool overloaded = false, TimeSpan? latency = null, int bytes = Bytes, bool adds = true)
    {
        var count = adds ? limit.Current : 0;
        for (var i = 0; i < count; i++)
        {
            await limit.EnterAsync(Cancellation);
        }

        _clock.Advance(latency ?? Usual);
        for (var i = 0; i < count; i++)
        {
            if (overloaded)
            {
                limit.Overloaded();
            }
            else
            {
                limit.Answered(bytes, latency ?? Usual);
            }
        }

        for (var i = 0; i < count; i++)
        {
            limit.Leave();
        }
    }
}
