using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>Several collectors behind one sink.</summary>
public sealed class SplunkEndpointsTests : IAsyncLifetime
{
    private readonly SinkCounters _counters = new();
    private readonly SkippingClock _clock = new();
    private ScriptedServer _first = null!;
    private ScriptedServer _second = null!;
    private SplunkHecSink _sink = null!;

    public async ValueTask InitializeAsync()
    {
        (_first, _second) = (await ScriptedServer.StartAsync(), await ScriptedServer.StartAsync());
        var options = new SplunkHecOptions
        {
            Name = "splunk",
            Urls = [_first.Url, _second.Url],
            Token = SplunkBench.Token,
            MaxRequestItems = 1,
            Compression = BodyCompression.None,
            Http = new HttpSettings { Timeout = SkippingClock.NeverByItself },
        };
        _sink = new SplunkHecSink(options, _counters.Metrics, _clock, NullLogger<SplunkHecSink>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _counters.Dispose();
    }

    [Fact]
    public async Task Requests_go_to_them_in_turn()
    {
        await DeliverAsync(10);
        Assert.Equal((5, 5), (_first.Hec.Events.Count, _second.Hec.Events.Count));
    }

    [Fact]
    public async Task One_that_fails_rests_and_the_others_get_its_events()
    {
        _second.Hec.Judge = static _ => new HecEventReply(503, 23, "Server is shutting down");
        await DeliverAsync(10);
        Assert.Equal(10, _first.Hec.Events.Count);
        Assert.InRange(_second.Requests.Count, 1, 2);

        _second.Hec.Judge = static _ => null;
        _clock.Advance(TimeSpan.FromSeconds(11));
        await DeliverAsync(10);
        Assert.Equal((15, 5), (_first.Hec.Events.Count, _second.Hec.Events.Count));
    }

    [Fact]
    public async Task One_that_needs_a_repair_does_not_hold_the_sink()
    {
        _second.Hec.Judge = static _ => new HecEventReply(403, 4, "Invalid token");
        var wasHeld = false;
        _clock.Waiting = _ => wasHeld |= _sink.Health.IsHeld;
        await DeliverAsync(10);
        Assert.Equal(10, _first.Hec.Events.Count);
        Assert.False(wasHeld);
        Assert.Contains("Invalid token", _sink.Health.LastError, StringComparison.Ordinal);

        _first.Hec.Judge = static _ => new HecEventReply(403, 4, "Invalid token");
        _clock.Waiting = _ =>
        {
            wasHeld |= _sink.Health.IsHeld;
            if (wasHeld)
            {
                _first.Hec.Judge = _second.Hec.Judge = static _ => null;
            }
        };
        await DeliverAsync(2);
        Assert.True(wasHeld);
    }

    [Fact]
    public async Task When_all_fail_they_are_tried_until_one_works()
    {
        _first.Then(ScriptedReply.Html(502), ScriptedReply.Html(502));
        _second.Then(ScriptedReply.Html(502), ScriptedReply.Html(502));
        await DeliverAsync(3);
        Assert.Equal(3, _first.Hec.Events.Count + _second.Hec.Events.Count);
        Assert.Equal(3, _counters.Events("delivered"));
    }

    private async Task DeliverAsync(int count)
    {
        using var batch = SinkBatches.Envelopes([.. Enumerable.Range(0, count).Select(static i => $"{i}")]);
        Assert.Empty(await _sink.DeliverAsync(batch, TestContext.Current.CancellationToken));
    }
}
