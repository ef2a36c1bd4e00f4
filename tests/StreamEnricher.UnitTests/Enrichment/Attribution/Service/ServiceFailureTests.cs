using System.Net;
using StreamEnricher.Enrichment.Attribution.Service;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Service;

public sealed class ServiceFailureTests : IAsyncDisposable
{
    private const int Attempts = ServiceRequester.Retries + 1;

    private readonly ServiceBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, Attempts)]
    [InlineData(HttpStatusCode.ServiceUnavailable, Attempts)]
    [InlineData(HttpStatusCode.TooManyRequests, Attempts)]
    [InlineData(HttpStatusCode.RequestTimeout, Attempts)]
    [InlineData(HttpStatusCode.Unauthorized, 1)]
    [InlineData(HttpStatusCode.NotFound, 1)]
    [InlineData(HttpStatusCode.BadRequest, 1)]
    public async Task A_status_that_may_pass_is_tried_again_and_then_the_event_is_degraded(HttpStatusCode status, int requests)
    {
        _bench.Service.Answer = (_, _) => (status, "no");

        var found = await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")));

        Assert.True(found.Degraded);
        Assert.Empty(found.Techniques);
        Assert.Equal(requests, _bench.Service.Requests);
        Assert.Equal((1, 1), (_bench.Scratch.Counts.Degraded, _bench.Scratch.Counts.ServiceFailed));
    }

    [Fact]
    public async Task A_failure_is_not_remembered_as_an_answer()
    {
        _bench.Service.Answer = (_, _) => (HttpStatusCode.NotFound, "");
        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);

        _bench.Service.Answer = (indicators, _) => (HttpStatusCode.OK, ScriptedService.WithResults(indicators));

        Assert.False((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
    }

    [Fact]
    public async Task A_second_attempt_that_succeeds_leaves_no_mark()
    {
        _bench.Service.Answer = (indicators, number) =>
            number == 1 ? (HttpStatusCode.BadGateway, "") : (HttpStatusCode.OK, ScriptedService.WithResults(indicators));

        Assert.False((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
        Assert.Equal(2, _bench.Service.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"techniques":{"id":"T1059"}}""")]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":[{},{}]}""")]
    public async Task A_reply_that_is_not_what_was_asked_for_degrades_without_a_second_attempt(string body)
    {
        _bench.Service.Answer = (_, _) => (HttpStatusCode.OK, body);

        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
        Assert.Equal(1, _bench.Service.Requests);
    }

    [Fact]
    public async Task An_unreachable_service_is_tried_again_and_then_the_event_is_degraded()
    {
        _bench.Service.Before = _ => throw new HttpRequestException("refused");

        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
        Assert.Equal(Attempts, _bench.Service.Requests);
    }

    [Fact]
    public async Task A_service_that_hangs_is_given_up_after_the_time_out()
    {
        await using var bench = new ServiceBench(options => options with { Timeout = TimeSpan.FromSeconds(5) });
        bench.Service.Before = cancellation => Task.Delay(Timeout.Infinite, cancellation);

        Assert.True((await bench.CompleteWithRetriesAsync(bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
        Assert.Equal(Attempts, bench.Service.Requests);
        Assert.True(bench.Time.Elapsed >= TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_time_out_of_the_client_itself_is_a_failure_and_no_cancellation()
    {
        _bench.Service.Before = _ => throw new TaskCanceledException("timed out", new TimeoutException());

        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
    }

    [Fact]
    public async Task An_unexpected_failure_degrades_and_nobody_waits_for_ever()
    {
        _bench.Service.Before = _ => throw new InvalidOperationException("a bug");

        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")))).Degraded);
        Assert.False(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")).IsReady);
    }

    [Fact]
    public async Task A_server_that_merges_its_reply_is_asked_one_by_one_until_it_sends_results()
    {
        _bench.Service.Answer = (indicators, _) => (HttpStatusCode.OK, ScriptedService.Merged(indicators[0]));
        string[] pair = [ServiceBench.Indicator("a.example", "T1071"), ServiceBench.Indicator("b.example", "T1105")];

        Assert.Equal(["T1071", "T1105"], (await _bench.CompleteWithRetriesAsync(_bench.Attribute(pair))).Techniques.Select(technique => technique.Id));
        Assert.Equal(3, _bench.Service.Requests);

        pair = [ServiceBench.Indicator("c.example", "T1071"), ServiceBench.Indicator("d.example", "T1566")];
        Assert.Equal(["T1071", "T1566"], (await _bench.CompleteWithRetriesAsync(_bench.Attribute(pair))).Techniques.Select(technique => technique.Id));
        Assert.Equal(5, _bench.Service.Requests);

        _bench.Service.Answer = (indicators, _) => (HttpStatusCode.OK, ScriptedService.WithResults(indicators));
        await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("e.example", "T1071"), ServiceBench.Indicator("f.example", "T1071")));
        Assert.Equal(7, _bench.Service.Requests);
        await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("g.example", "T1071"), ServiceBench.Indicator("h.example", "T1071")));
        Assert.Equal(8, _bench.Service.Requests);
    }

    [Fact]
    public async Task One_indicator_that_the_service_refuses_does_not_cost_the_others_their_answer()
    {
        _bench.Service.Answer = (indicators, _) => indicators.Any(indicator => indicator.GetProperty("value").GetString() == "bad.example")
            ? (HttpStatusCode.UnprocessableEntity, "")
            : (HttpStatusCode.OK, ScriptedService.WithResults(indicators));
        var good = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"));
        var bad = _bench.Attribute(ServiceBench.Indicator("bad.example", "T1105"));

        Assert.False((await _bench.CompleteWithRetriesAsync(good)).Degraded);
        Assert.True((await _bench.CompleteWithRetriesAsync(bad)).Degraded);
        Assert.Equal(3, _bench.Service.Requests);
    }

    [Fact]
    public async Task The_circuit_opens_and_closes_again()
    {
        _bench.Service.Answer = (_, _) => (HttpStatusCode.InternalServerError, "");
        for (var index = 0; index < 2; index++)
        {
            Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator($"{index}.example", "T1071")))).Degraded);
        }

        // The fourth attempt opened it.
        var requests = _bench.Service.Requests;
        Assert.Equal(ServiceRequester.MinimumThroughput, requests);
        Assert.True((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("x.example", "T1071")))).Degraded);
        Assert.Equal(requests, _bench.Service.Requests);

        _bench.Service.Answer = (indicators, _) => (HttpStatusCode.OK, ScriptedService.WithResults(indicators));
        _bench.Time.Advance(ServiceRequester.BreakDuration);
        Assert.False((await _bench.CompleteWithRetriesAsync(_bench.Attribute(ServiceBench.Indicator("y.example", "T1071")))).Degraded);
    }

    [Fact]
    public async Task Held_events_wait_until_the_service_answers()
    {
        await using var bench = new ServiceBench(options => options with { OnFailure = ServiceFailureMode.Hold });
        bench.Service.Answer = (indicators, number) => number < 8
            ? (number % 2 == 0 ? HttpStatusCode.Unauthorized : HttpStatusCode.ServiceUnavailable, "")
            : (HttpStatusCode.OK, ScriptedService.WithResults(indicators));

        var found = await bench.CompleteWithRetriesAsync(bench.Attribute(ServiceBench.Indicator("a.example", "T1071")));

        Assert.False(found.Degraded);
        Assert.Equal(["T1071"], found.Techniques.Select(technique => technique.Id));
        Assert.Equal(8, bench.Service.Requests);
    }
}
