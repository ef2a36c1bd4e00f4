using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>Indexer acknowledgement: nothing counts as delivered until an indexer has it.</summary>
public sealed class SplunkAcknowledgementTests
{
    private static readonly AcknowledgementOptions Acknowledged = new() { PollInterval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromMinutes(5) };

    [Fact]
    public async Task A_batch_is_delivered_when_every_request_of_it_is_indexed()
    {
        await using var bench = await StartAsync(maxItems: 2);
        var polls = 0;
        bench.Server.Hec.Acknowledgements!.IsIndexed = request => request < 2 || Interlocked.Increment(ref polls) > 3;

        Assert.Empty(await bench.DeliverAsync(5));

        Assert.Equal("0 1 2 3 4", bench.Stored);
        Assert.Equal(5, bench.Counters.Events("delivered"));
        Assert.True(polls > 3);
        Assert.Single(bench.Server.Hec.Acknowledgements.Channels);
    }

    [Fact]
    [Trait("Complaint", "splunk/kafka-connect-splunk#207")]
    public async Task Events_are_not_delivered_as_long_as_they_are_not_acknowledged()
    {
        await using var bench = await StartAsync(timeout: TimeSpan.FromDays(1));
        bench.Server.Hec.Acknowledgements!.IsIndexed = static _ => false;
        using var stop = new CancellationTokenSource();
        using var batch = SinkBatches.Envelopes("0", "1");

        var delivery = bench.Sink.DeliverAsync(batch, stop.Token).AsTask();
        await bench.Server.ReceivedAsync(20, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
        Assert.Equal("0 1", bench.Stored);
        Assert.Equal(0, bench.Counters.Events("delivered"));
    }

    [Fact]
    [Trait("Complaint", "splunk/kafka-connect-splunk#122")]
    public async Task What_is_not_acknowledged_in_time_is_sent_again_on_another_channel()
    {
        await using var bench = await StartAsync(maxItems: 2);
        bench.Server.Hec.Acknowledgements!.IsIndexed = static request => request != 1;

        Assert.Empty(await bench.DeliverAsync(4));

        Assert.Equal("0 1 2 3 2 3", bench.Stored);
        Assert.Equal(4, bench.Counters.Events("delivered"));
        Assert.Equal(2, bench.Counters.Retries("unacknowledged"));
        Assert.Equal(2, bench.Server.Hec.Acknowledgements.Channels.Count);
    }

    [Fact]
    public async Task A_poll_that_is_refused_or_answered_with_a_page_delivers_nothing()
    {
        await using var bench = await StartAsync();
        var polls = 0;
        bench.Server.Route("POST /services/collector/ack", request => request.Text == """{"acks":[0]}""" && Interlocked.Increment(ref polls) is 2 or 3
            ? polls == 2 ? ScriptedReply.Html(404) : ScriptedReply.Json(400, """{"text":"Invalid data format","code":6}""")
            : bench.Server.Hec.Acknowledgements!.IsIndexed(0) ? ScriptedReply.Json(200, """{"acks":{"0":true}}""") : ScriptedReply.Html(502));
        var delivered = new List<long>();
        bench.Clock.Waiting = _ => delivered.Add(bench.Counters.Events("delivered"));

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("0 1", bench.Stored);
        Assert.All(delivered, static count => Assert.Equal(0, count));
        Assert.Equal(2, bench.Counters.Events("delivered"));
        Assert.False(bench.Sink.Health.IsHeld);
    }

    [Fact]
    public async Task An_answer_that_is_lost_on_the_way_makes_events_come_twice_and_never_not_at_all()
    {
        await using var bench = await StartAsync();
        var polls = 0;
        var acknowledgements = bench.Server.Hec.Acknowledgements!;
        bench.Server.Route("POST /services/collector/ack", request =>
        {
            var reply = acknowledgements.Answer(request);
            return Interlocked.Increment(ref polls) == 2 ? reply with { Fault = ReplyFault.Cut } : reply;
        });

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("0 1 0 1", bench.Stored);
        Assert.Equal(2, bench.Counters.Events("delivered"));
    }

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#19417")]
    public async Task An_id_of_before_a_restart_is_not_taken_for_one_of_after_it()
    {
        await using var bench = await StartAsync(maxItems: 1);
        var acknowledgements = bench.Server.Hec.Acknowledgements!;
        acknowledgements.IsIndexed = static request => request > 0;
        var requests = 0;
        bench.Server.Route("POST /services/collector/event", request =>
        {
            if (Interlocked.Increment(ref requests) != 2)
            {
                return bench.Server.Hec.Store(request);
            }

            // It took the first request, dies in the second one, and comes back without its memory.
            acknowledgements.Restart();
            return ScriptedReply.Reset;
        });

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("0 1 0", bench.Stored);
        Assert.Equal(2, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task A_bad_event_among_others_is_refused_and_the_others_are_acknowledged()
    {
        await using var bench = await StartAsync();
        bench.Server.Hec.Judge = envelope => envelope.Contains("bad", StringComparison.Ordinal) ? new HecEventReply(400, 6, "words of Splunk") : null;

        var letter = Assert.Single(await bench.DeliverAsync("0", "1", "\"bad\"", "3"));

        Assert.Equal(2, letter.Record);
        Assert.Equal("0 1 0 1 3", bench.Stored);
        Assert.Equal((3, 1), (bench.Counters.Events("delivered"), bench.Counters.Events("rejected")));
    }

    [Fact]
    public async Task A_token_that_does_not_acknowledge_holds_the_sink_before_anything_is_sent()
    {
        await using var bench = await StartAsync();
        bench.Server.Hec.Acknowledgements = null;
        string? held = null;
        bench.Clock.Waiting = _ =>
        {
            held ??= bench.Sink.Health.HeldReason;
            bench.Server.Hec.Acknowledgements ??= new HecAcknowledgements();
        };

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Contains("acknowledgements cannot be asked for: code 14: ACK is disabled: the token does not acknowledge", held, StringComparison.Ordinal);
        Assert.Equal("0 1", bench.Stored);
        Assert.False(bench.Sink.Health.IsHeld);
    }

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#19417")]
    public async Task The_session_of_a_load_balancer_is_kept()
    {
        await using var bench = await StartAsync();
        bench.Server.Route("POST /services/collector/event", request => bench.Server.Hec.Store(request) with
        {
            Headers = new Dictionary<string, string> { ["Set-Cookie"] = "session=indexer-2; Path=/" },
        });

        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Empty(await bench.DeliverAsync(1));

        var requests = bench.Server.Requests.SkipWhile(static request => request.Route != "POST /services/collector/event").Skip(1);
        Assert.All(requests, static request => Assert.Equal("session=indexer-2", request.Header("Cookie")));
    }

    private static async Task<SplunkBench> StartAsync(int maxItems = 1000, TimeSpan? timeout = null)
    {
        var bench = await SplunkBench.StartAsync(options => options with
        {
            MaxRequestItems = maxItems,
            Acknowledgement = Acknowledged with { Timeout = timeout ?? Acknowledged.Timeout },
        });
        bench.Server.Hec.Acknowledgements = new HecAcknowledgements();
        return bench;
    }
}
