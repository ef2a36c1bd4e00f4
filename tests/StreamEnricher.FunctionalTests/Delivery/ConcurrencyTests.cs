using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>How many requests a sink has under way, and how fast it sends.</summary>
public sealed class ConcurrencyTests
{
    [Fact]
    public async Task A_sink_never_has_more_requests_under_way_than_allowed()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { MaxConcurrency = 3, MaxRequestItems = 1 });
        Assert.Equal(3, bench.Sink.Health.Concurrency);
        int underWay = 0, most = 0;
        var gate = new Lock();
        bench.Server.Bulk.Judge = (_, _) =>
        {
            lock (gate)
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
            }

            // Long enough for others to come in, if they may.
            Thread.SpinWait(200_000);
            Interlocked.Decrement(ref underWay);
            return null;
        };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bench.DeliverAsync(10)));

        Assert.InRange(most, 1, 3);
        Assert.InRange(bench.Sink.Health.Concurrency, 1, 3);
    }

    [Fact]
    public async Task Items_that_are_turned_away_lower_it()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { MaxConcurrency = 16, MaxRequestItems = 1 });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => bench.DeliverAsync(10)));
        var before = bench.Sink.Health.Concurrency;
        var isBusy = true;
        bench.Server.Bulk.Judge = (_, _) => isBusy ? new BulkItemReply(429, "es_rejected_execution_exception", "queue full") : null;
        bench.Clock.Waiting = _ => isBusy = false;

        await bench.DeliverAsync("""{"n":"late"}""");

        Assert.InRange(before, 2, 16);
        Assert.Equal(before / 2, bench.Sink.Health.Concurrency);
    }

    [Fact]
    public async Task A_rate_limit_spreads_requests_and_counts_what_is_sent_again()
    {
        await using var bench = await SplunkBench.StartAsync(static options => options with { MaxRequestItems = 10, RateLimit = new RateLimit(10, IsBytes: false) });
        bench.Server.Then(ScriptedReply.Json(503, """{"text":"Server is busy","code":9}"""));
        var begun = bench.Clock.GetUtcNow();

        Assert.Empty(await bench.DeliverAsync(50));

        Assert.Equal(6, bench.Server.Requests.Count);
        Assert.True(bench.Clock.GetUtcNow() - begun >= TimeSpan.FromSeconds(4.9));
    }
}
