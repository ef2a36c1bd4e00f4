using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.IntegrationTests.Delivery;

/// <summary>Check and sink against a real event collector (SPLUNK_URL, SPLUNK_TOKEN).</summary>
public sealed class SplunkTests : IDisposable
{
    private readonly SinkCounters _counters = new();

    public void Dispose() => _counters.Dispose();

    [Fact]
    public async Task The_check_accepts_the_token_and_refuses_another_one()
    {
        Assert.Null(await SplunkSetup.CheckAsync(Options(), TimeProvider.System, TestContext.Current.CancellationToken));
        var problem = await SplunkSetup.CheckAsync(Options() with { Token = Guid.NewGuid().ToString() }, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Contains("check the token", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BodyCompression.None)]
    [InlineData(BodyCompression.Gzip)]
    public async Task Events_are_delivered(BodyCompression compression)
    {
        await using var sink = Sink(Options() with { Compression = compression, MaxRequestItems = 40 });
        using var batch = SinkBatches.Envelopes([.. Enumerable.Range(0, 100).Select(static i => $$"""{"number":{{i}},"description":"naïve 😀"}""")]);
        Assert.Empty(await sink.DeliverAsync(batch, TestContext.Current.CancellationToken));
        Assert.Equal((100, 3), (_counters.Events("delivered"), _counters.Requests("200")));
        Assert.False(sink.Health.IsHeld);
    }

    [Fact]
    public async Task Bad_events_become_dead_letters_and_the_others_are_delivered()
    {
        await using var sink = Sink(Options());
        using var batch = SinkBatches.Of(
            """{"event":"one"}""" + "\n", """{"event":null}""" + "\n", """{"event":"three"}""" + "\n", """{"event":""}""" + "\n",
            """{"event":"five","fields":{"a":{"nested":1}}}""" + "\n", """{"event":"six"}""" + "\n");

        var rejected = await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);

        Assert.Equal([1, 3, 4], rejected.Select(static letter => letter.Record));
        Assert.All(rejected, static letter => Assert.Equal(DeadLetterReason.HecRejected, letter.Reason));
        Assert.StartsWith("code 12", rejected[0].Detail, StringComparison.Ordinal);
        Assert.StartsWith("code 13", rejected[1].Detail, StringComparison.Ordinal);
        Assert.StartsWith("code 15", rejected[2].Detail, StringComparison.Ordinal);
        Assert.Equal((3, 3), (_counters.Events("delivered"), _counters.Events("rejected")));
    }

    [Fact]
    public async Task Events_are_acknowledged_by_an_indexer()
    {
        var options = Options() with
        {
            Token = ServerAddress.SplunkAckToken,
            MaxRequestItems = 10,
            Acknowledgement = new AcknowledgementOptions { PollInterval = TimeSpan.FromMilliseconds(200) },
        };
        Assert.Null(await SplunkSetup.CheckAsync(options, TimeProvider.System, TestContext.Current.CancellationToken));
        await using var sink = Sink(options);
        using var batch = SinkBatches.Envelopes([.. Enumerable.Range(0, 100).Select(static i => $$"""{"number":{{i}}}""")]);
        Assert.Empty(await sink.DeliverAsync(batch, TestContext.Current.CancellationToken));
        Assert.Equal((100, 10), (_counters.Events("delivered"), _counters.Requests("200")));
        Assert.Equal(0, _counters.Retries("unacknowledged"));
    }

    [Fact]
    public async Task A_token_without_acknowledgement_is_found_by_the_check()
    {
        var options = Options() with { Acknowledgement = new AcknowledgementOptions() };
        Assert.Contains("the token does not acknowledge", await SplunkSetup.CheckAsync(options, TimeProvider.System, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static SplunkHecOptions Options() => new() { Name = "splunk", Urls = [ServerAddress.Splunk], Token = ServerAddress.SplunkToken };

    private SplunkHecSink Sink(SplunkHecOptions options) => new(options, _counters.Metrics, TimeProvider.System, NullLogger<SplunkHecSink>.Instance);
}
