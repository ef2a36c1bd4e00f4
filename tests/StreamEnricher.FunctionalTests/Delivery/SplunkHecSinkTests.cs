using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

public sealed class SplunkHecSinkTests
{
    [Fact]
    public async Task Events_are_sent_with_token_and_channel_one_envelope_a_line()
    {
        await using var bench = await SplunkBench.StartAsync();

        Assert.Empty(await bench.DeliverAsync(3));

        var request = Assert.Single(bench.Server.Requests);
        Assert.Equal("POST /services/collector/event", request.Route);
        Assert.Equal($"Splunk {SplunkBench.Token}", request.Header("Authorization"));
        Assert.True(Guid.TryParse(request.Header("X-Splunk-Request-Channel"), out _));
        Assert.Equal("0 1 2", bench.Stored);
        Assert.Equal(3, bench.Counters.Events("delivered"));
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    public async Task Gzip_bodies_arrive_whole_and_smaller()
    {
        await using var bench = await SplunkBench.StartAsync(static options => options with { Compression = BodyCompression.Gzip });
        Assert.Empty(await bench.DeliverAsync(500));
        var request = Assert.Single(bench.Server.Requests);
        Assert.Equal("gzip", request.Header("Content-Encoding"));
        Assert.True(request.WireBytes < request.Body.Length / 2);
        Assert.Equal(500, bench.Server.Hec.Events.Count);
    }

    [Fact]
    public async Task A_batch_larger_than_a_request_is_cut()
    {
        await using var bench = await SplunkBench.StartAsync(static options => options with { MaxRequestItems = 2 });
        Assert.Empty(await bench.DeliverAsync(5));
        Assert.Equal(["0 1", "2 3", "4"], bench.Sent);
    }

    [Theory]
    [Trait("Complaint", "splunk/kafka-connect-splunk#215")]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    public async Task A_bad_event_becomes_a_dead_letter_and_nothing_is_sent_twice(int code)
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Hec.Judge = envelope => envelope.Contains("bad", StringComparison.Ordinal) ? new HecEventReply(400, code, "words of Splunk") : null;

        var rejected = await bench.DeliverAsync("0", "1", "\"bad\"", "3", "\"bad too\"");

        Assert.Equal(
            [new RejectedRecord(2, DeadLetterReason.HecRejected, $"code {code}: words of Splunk", 1), new RejectedRecord(4, DeadLetterReason.HecRejected, $"code {code}: words of Splunk", 2)],
            rejected);
        Assert.Equal("0 1 3", bench.Stored);
        Assert.Equal(["0 1 \"bad\" 3 \"bad too\"", "3 \"bad too\""], bench.Sent);
        Assert.Equal((3, 2), (bench.Counters.Events("delivered"), bench.Counters.Events("rejected")));
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    public async Task A_bad_event_that_the_server_does_not_name_is_found_by_halves()
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Route("POST /services/collector/event", static request => request.Text.Contains("bad", StringComparison.Ordinal)
            ? ScriptedReply.Json(400, """{"text":"Invalid data format","code":6}""")
            : ScriptedReply.Json(200, """{"text":"Success","code":0}"""));

        var letter = Assert.Single(await bench.DeliverAsync("0", "1", "\"bad\"", "3"));

        Assert.Equal((2, 3), (letter.Record, letter.Attempts));
        Assert.Equal(["0 1 \"bad\" 3", "0 1", "\"bad\" 3", "\"bad\"", "3"], bench.Sent);
    }

    [Fact]
    public async Task A_busy_server_gets_the_rest_from_the_event_that_it_names()
    {
        await using var bench = await SplunkBench.StartAsync();
        var isBusy = true;
        bench.Server.Hec.Judge = envelope => isBusy && envelope.Contains('2', StringComparison.Ordinal) ? new HecEventReply(503, 9, "Server is busy") : null;
        bench.Clock.Waiting = _ => isBusy = false;

        Assert.Empty(await bench.DeliverAsync(5));

        Assert.Equal(["0 1 2 3 4", "2 3 4"], bench.Sent);
        Assert.Equal("0 1 2 3 4", bench.Stored);
        Assert.Equal(3, bench.Counters.Retries("overload"));
    }

    [Theory]
    [InlineData(500, 8, "server_error")]
    [InlineData(503, 9, "overload")]
    [InlineData(503, 18, "overload")]
    [InlineData(503, 23, "overload")]
    [InlineData(429, 26, "overload")]
    [InlineData(429, 27, "overload")]
    public async Task An_overloaded_server_gets_the_whole_request_again(int status, int code, string word)
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Then(ScriptedReply.Json(status, $$"""{"text":"no","code":{{code}}}""").RetryAfter(3));
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal(["0 1", "0 1"], bench.Sent);
        Assert.Equal(2, bench.Counters.Retries(word));
        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(bench.Clock.Waits));
    }

    [Theory]
    [Trait("Complaint", "open-telemetry/opentelemetry-collector-contrib#51393")]
    [InlineData(24)]
    [InlineData(25)]
    public async Task A_server_near_its_capacity_has_stored_all_and_the_next_request_waits(int code)
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Hec.SuccessCode = code;
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Empty(bench.Clock.Waits);

        bench.Server.Hec.SuccessCode = 0;
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Single(bench.Clock.Waits);

        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Single(bench.Clock.Waits);
        Assert.Equal("0 1 0 1 0 1", bench.Stored);
    }

    [Theory]
    [Trait("Complaint", "splunk/kafka-connect-splunk#207")]
    [Trait("Complaint", "vectordotdev/vector#24543")]
    [InlineData(403, 4, "Invalid token", "check the token")]
    [InlineData(400, 7, "Incorrect index", "allow the index for this token")]
    [InlineData(400, 10, "Data channel is missing", "acknowledgement")]
    public async Task What_the_operator_must_repair_holds_the_sink_and_loses_nothing(int status, int code, string text, string way)
    {
        await using var bench = await SplunkBench.StartAsync();
        var isBroken = true;
        bench.Server.Hec.Judge = _ => isBroken ? new HecEventReply(status, code, text) : null;
        string? held = null;
        bench.Clock.Waiting = wait =>
        {
            if (wait == 4)
            {
                held = bench.Sink.Health.HeldReason;
                isBroken = false;
            }
        };

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Contains($"code {code}: {text}", held, StringComparison.Ordinal);
        Assert.Contains(way, held, StringComparison.Ordinal);
        Assert.DoesNotContain(SplunkBench.Token, held, StringComparison.Ordinal);
        Assert.False(bench.Sink.Health.IsHeld);
        Assert.Equal("0 1", bench.Stored);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_page_that_is_no_reply_of_splunk_holds_the_sink(int status)
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Then(ScriptedReply.Html(status));
        var isHeld = false;
        bench.Clock.Waiting = _ => isHeld = bench.Sink.Health.IsHeld;
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.True(isHeld);
        Assert.Equal("0 1", bench.Stored);
    }

    [Fact]
    [Trait("Complaint", "open-telemetry/opentelemetry-collector-contrib#51393")]
    public async Task A_request_that_is_too_large_is_halved_and_a_single_event_that_is_is_refused()
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.MaxBodyBytes = 60;

        var letter = Assert.Single(await bench.DeliverAsync("0", "1", $"\"{new string('x', 100)}\"", "3"));

        Assert.Equal((2, DeadLetterReason.TooLarge, 3), (letter.Record, letter.Reason, letter.Attempts));
        Assert.Equal("0 1 3", bench.Stored);
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_anything_was_stored_sends_all_again()
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Then(ScriptedReply.Reset, ScriptedReply.Html(504));
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal("0 1", bench.Stored);
        Assert.Equal(2, bench.Counters.Retries("unreachable"));
        Assert.Equal(2, bench.Counters.Retries("server_error"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_an_unknown_outcome_makes_events_come_twice(bool isCut)
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Then(isCut ? ScriptedReply.Cut : ScriptedReply.ResetAfterStoring);
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal("0 1 0 1", bench.Stored);
        Assert.Equal(2, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_after_the_time_out()
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Then(ScriptedReply.Hang);
        var delivery = bench.DeliverAsync(2);
        await bench.Server.ReceivedAsync(1, TestContext.Current.CancellationToken);
        bench.Clock.ExpireTimeouts();
        Assert.Empty(await delivery);
        Assert.Equal("0 1", bench.Stored);
        Assert.Equal(2, bench.Counters.Retries("unreachable"));
    }

    [Fact]
    public async Task The_end_of_the_engine_ends_a_hold()
    {
        await using var bench = await SplunkBench.StartAsync();
        bench.Server.Hec.Judge = static _ => new HecEventReply(403, 1, "Token disabled");
        using var stop = new CancellationTokenSource();
        bench.Clock.Waiting = _ => stop.Cancel();
        using var batch = SinkBatches.Envelopes("0");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Sink.DeliverAsync(batch, stop.Token).AsTask());
        Assert.Equal(0, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task The_check_accepts_a_good_token_and_stores_nothing()
    {
        await using var bench = await SplunkBench.StartAsync();
        var options = new SplunkHecOptions { Name = "splunk", Urls = [bench.Server.Url], Token = SplunkBench.Token };
        Assert.Null(await SplunkSetup.CheckAsync(options, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Empty(bench.Server.Hec.Events);

        bench.Server.Then(ScriptedReply.Json(403, """{"text":"Invalid token","code":4}"""));
        var problem = await SplunkSetup.CheckAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal("code 4: Invalid token: check the token, and that it is enabled", problem);
    }
}
