using System.Net;
using System.Net.Sockets;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>What becomes of a bulk request as a whole.</summary>
public sealed class ElasticsearchRequestTests
{
    private const string TooBusy = """{"error":{"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation"},"status":429}""";

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#24543")]
    public async Task Wrong_credentials_hold_the_sink_and_it_goes_on_by_itself_once_they_are_right()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { ApiKey = "c2VjcmV0" });
        bench.Server.Authorization = "ApiKey another";
        string? held = null;
        bench.Clock.Waiting = wait =>
        {
            if (wait == 4)
            {
                held = bench.Sink.Health.HeldReason;
                bench.Server.Authorization = "ApiKey c2VjcmV0";
            }
        };

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("the server refuses the credentials (401): check api_key, or username and password", held);
        Assert.False(bench.Sink.Health.IsHeld);
        Assert.Equal([0, 1], bench.Stored(2));
        // One before each of the waits; one more has been seen on a busy machine.
        Assert.InRange(bench.Counters.Requests("401"), 4, 5);
        Assert.Equal(1, bench.Counters.Requests("200"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(406)]
    public async Task A_page_that_is_no_reply_of_the_server_holds_the_sink(int status)
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Html(status));
        string? held = null;
        bench.Clock.Waiting = _ => held = bench.Sink.Health.HeldReason;

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Contains($"{status}", held, StringComparison.Ordinal);
        Assert.Equal(["0 1", "0 1"], bench.Sent);
    }

    [Theory]
    [InlineData(429, "overload")]
    [InlineData(500, "server_error")]
    [InlineData(502, "server_error")]
    [InlineData(503, "server_error")]
    [InlineData(504, "server_error")]
    public async Task A_page_of_a_proxy_in_trouble_sends_the_whole_request_again(int status, string word)
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Html(status), ScriptedReply.Html(status));

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal(["0 1", "0 1", "0 1"], bench.Sent);
        Assert.Equal(4, bench.Counters.Retries(word));
        Assert.False(bench.Sink.Health.IsHeld);
    }

    [Fact]
    public async Task A_server_that_asks_for_time_gets_it()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Json(429, TooBusy).RetryAfter(17));
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Equal(TimeSpan.FromSeconds(17), Assert.Single(bench.Clock.Waits));
    }

    [Fact]
    [Trait("Complaint", "logstash-plugins/logstash-output-elasticsearch#1180")]
    public async Task A_request_that_is_too_large_is_halved_until_it_fits()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.MaxBodyBytes = 250;

        Assert.Empty(await bench.DeliverAsync(8));

        Assert.Equal(["0 1 2 3 4 5 6 7", "0 1 2 3", "0 1", "2 3", "4 5 6 7", "4 5", "6 7"], bench.Sent);
        Assert.Equal(8, bench.Stored(8).Count());
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    [Trait("Complaint", "logstash-plugins/logstash-output-elasticsearch#1180")]
    public async Task A_single_document_that_is_too_large_is_refused_and_the_others_are_stored()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.MaxBodyBytes = 400;

        var letter = Assert.Single(await bench.DeliverAsync("{}", $$"""{"a":"{{new string('x', 500)}}"}""", "{}"));

        Assert.Equal((1, DeadLetterReason.TooLarge, 3), (letter.Record, letter.Reason, letter.Attempts));
        Assert.Contains("413", letter.Detail, StringComparison.Ordinal);
        Assert.Equal([0, 2], bench.Stored(3));
    }

    [Fact]
    public async Task A_document_that_makes_the_request_unreadable_is_found_by_halves()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        var rejected = await bench.DeliverAsync("{}", "{}", "{}\n{}", "{}");
        var letter = Assert.Single(rejected);
        Assert.Equal((2, DeadLetterReason.MappingRejected), (letter.Record, letter.Reason));
        Assert.Contains("Malformed action/metadata line", letter.Detail, StringComparison.Ordinal);
        Assert.Equal([0, 1, 3], bench.Stored(4));
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_reply_sends_the_whole_request_again()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Reset);
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal(["0 1", "0 1"], bench.Sent);
        Assert.Equal(2, bench.Counters.Events("delivered"));
        Assert.Equal(2, bench.Counters.Retries("unreachable"));
        Assert.Equal(1, bench.Counters.Requests("error"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_stored_though_the_reply_was_lost_is_a_duplicate_the_second_time(bool isCut)
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(isCut ? ScriptedReply.Cut : ScriptedReply.ResetAfterStoring);
        Assert.Empty(await bench.DeliverAsync(3));
        Assert.Equal(["0 1 2", "0 1 2"], bench.Sent);
        Assert.Equal(3, bench.Server.Bulk.Documents.Count);
        Assert.Equal((0, 3), (bench.Counters.Events("delivered"), bench.Counters.Events("duplicate")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"errors":false,"items":[{"create":{"status":201}}]}""")]
    [InlineData("<html>200</html>")]
    public async Task A_good_status_with_a_body_that_tells_nothing_stores_nothing(string body)
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Json(200, body));
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal(["0 1", "0 1"], bench.Sent);
        Assert.Equal(2, bench.Counters.Retries("unreadable_reply"));
        Assert.Equal(2, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task A_body_that_says_it_is_gzip_and_is_not_is_no_reply()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Json(200, "{}") with { Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" } });
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal(["0 1", "0 1"], bench.Sent);
        Assert.Equal(2, bench.Counters.Retries("unreachable"));
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_after_the_time_out()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Hang);
        var delivery = bench.DeliverAsync(2);
        await bench.Server.ReceivedAsync(1, TestContext.Current.CancellationToken);

        bench.Clock.ExpireTimeouts();

        Assert.Empty(await delivery);
        Assert.Equal(["0 1", "0 1"], bench.Sent);
        Assert.Equal("unreachable: no reply within 7200 s", bench.Sink.Health.LastError);
    }

    [Fact]
    public async Task The_end_of_the_engine_ends_a_request_and_a_wait()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(ScriptedReply.Hang);
        using var stop = new CancellationTokenSource();
        using var batch = SinkBatches.Bulk(ElasticsearchBench.DataStream, "{}");
        var delivery = bench.Sink.DeliverAsync(batch, stop.Token).AsTask();
        await bench.Server.ReceivedAsync(1, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);

        using var later = new CancellationTokenSource();
        bench.Clock.Waiting = _ => later.Cancel();
        bench.Server.Then(ScriptedReply.Html(503));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Sink.DeliverAsync(batch, later.Token).AsTask());
        Assert.Equal(0, bench.Counters.Events("delivered"));
    }

    [Fact]
    public async Task The_next_address_is_taken_when_one_does_not_answer()
    {
        await using var other = await ScriptedServer.StartAsync();
        await using var bench = await ElasticsearchBench.StartAsync(options => options with { Urls = [Nobody(), options.Urls[0], other.Url] });

        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Single(bench.Server.Requests);
        Assert.Empty(other.Requests);

        bench.Server.Then(ScriptedReply.Html(503));
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal(2, bench.Server.Requests.Count);
        Assert.Single(other.Requests);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var bench = await ElasticsearchBench.StartAsync();
        bench.Server.Then(new ScriptedReply { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = $"{bench.Server.Url}elsewhere" } });
        string? held = null;
        bench.Clock.Waiting = _ => held = bench.Sink.Health.HeldReason;
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Equal("the address redirects (307): give the url that it leads to", held);
        Assert.All(bench.Server.Requests, static request => Assert.Equal("POST /_bulk", request.Route));
    }

    [Fact]
    public async Task No_secret_is_in_what_an_operator_reads()
    {
        await using var bench = await ElasticsearchBench.StartAsync(static options => options with { Username = "elastic", Password = "pa55word" });
        bench.Server.Then(ScriptedReply.Json(401, "{}"), ScriptedReply.Json(403, "{}"), ScriptedReply.Reset);
        var texts = new List<string?>();
        bench.Clock.Waiting = _ => texts.Add(bench.Sink.Health.HeldReason + bench.Sink.Health.LastError);
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Equal(3, texts.Count);
        Assert.All(texts, static text =>
        {
            Assert.DoesNotContain("pa55word", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ZWxhc3RpYzpwYTU1d29yZA==", text, StringComparison.Ordinal);
        });
        Assert.Equal("Basic ZWxhc3RpYzpwYTU1d29yZA==", bench.Server.Requests[^1].Header("Authorization"));
    }

    /// <summary>A port that was free a moment ago: nobody listens there.</summary>
    private static Uri Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
