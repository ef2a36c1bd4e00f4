using System.Net;
using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Service;

public sealed class ServiceProviderTests : IAsyncDisposable
{
    private readonly ServiceBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_request_is_what_the_contract_says()
    {
        await _bench.CompleteAsync(_bench.AttributeEvent("""
            {"ip":"203.0.113.5","description":"A \"bad\" one",
             "related_indicators":[{"id":"i-1","type":"Domain","value":"evil.example","tags":["b","a"],"severity":"LOW","note":{"x":[1]}}]}
            """));

        Assert.Equal("POST http://threats.example:5004/api/map_patterns application/json", _bench.Service.LastRequest);
        using var expected = JsonDocument.Parse("""
            {"indicators":[
              {"id":"ip:203.0.113.5","timestamp":"2023-11-14T22:13:20.1200000Z","type":"ip","value":"203.0.113.5","severity":"high","tags":[],"description":"A \"bad\" one"},
              {"id":"i-1","timestamp":"2023-11-14T22:13:20.1200000Z","type":"domain","value":"evil.example","severity":"low","tags":["a","b"],"description":"A \"bad\" one"}]}
            """);
        using var sent = JsonDocument.Parse(Assert.Single(_bench.Service.Bodies));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, sent.RootElement), _bench.Service.Bodies[0]);
    }

    [Fact]
    public async Task The_answer_is_evidence_and_groups_are_hints()
    {
        _bench.Service.Answer = (_, _) => (HttpStatusCode.OK, """
            {"techniques":[{"id":"t1059/001","confidence":0.7},{"id":"T1086","confidence":0.9},{"id":"T9999","confidence":1},{"id":null},null,{"id":"T1566"},{"id":"T1190","confidence":85}],
             "tactics":{"x":[]},
             "threat_actors":[{"id":"G0016","name":"APT29","description":"d","confidence":0.4,"techniques":["T1566","T1086","T9999","T1059.001"]},{"id":"G0016","name":"APT29","confidence":0.6},{"name":"Nameless","confidence":7},{"id":"","name":" "},null],
             "confidence_scores":{"T1566":0.3,"T1190":"high"}}
            """);

        var found = await _bench.CompleteAsync(_bench.Attribute(ServiceBench.Indicator("evil.example")));

        Assert.Equal(["T1059.001", "T1059.001", "T1566", "T1190"], found.Evidence.Select(evidence => Assert.Single(evidence.Techniques)));
        Assert.Equal([0.7, 0.9, 0.3, 0.5], found.Evidence.Select(evidence => evidence.Confidence));
        Assert.All(found.Evidence, evidence => Assert.Equal(("service", "evil.example", null), (evidence.Provider, evidence.Value, evidence.Field)));
        Assert.Equal([("T1059.001", 0.9), ("T1190", 0.5), ("T1566", 0.3)], found.Techniques.Select(technique => (technique.Id, technique.Confidence)));
        Assert.Equal([("G0016", "APT29", 0.6), (null, "Nameless", null)], found.ThreatActors.Select(actor => (actor.Id, actor.Name, actor.Confidence)));
        Assert.False(found.Degraded);
        Assert.Equal(4, _bench.Scratch.Counts.Service);
    }

    [Fact]
    public async Task An_answer_is_asked_for_once_and_then_known()
    {
        var first = await _bench.CompleteAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")));

        var second = _bench.AttributeEvent("""{"related_indicators":[{"id":"other","tags":["T1071"],"value":"a.example","type":"DOMAIN","severity":"High"}]}""");

        Assert.True(second.IsReady);
        Assert.Same(first, second.Ready.Attribution);
        Assert.Equal(1, _bench.Service.Requests);
        Assert.Equal((1, 1), (_bench.Scratch.Counts.CacheMisses, _bench.Scratch.Counts.CacheHits));
    }

    [Theory]
    [InlineData("""{"type":"domain","value":"a.example","tags":["T1071"]}""", true)]
    [InlineData("""{"type":"domain","value":"a.example","tags":["T1071"],"severity":"low"}""", false)]
    [InlineData("""{"type":"domain","value":"A.example","tags":["T1071"]}""", false)]
    [InlineData("""{"type":"host","value":"a.example","tags":["T1071"]}""", false)]
    [InlineData("""{"type":"domain","value":"a.example","tags":["T1071","x"]}""", false)]
    [InlineData("""{"type":"domain","value":"a.example"}""", false)]
    public async Task Type_value_tags_and_severity_make_an_indicator(string indicator, bool same)
    {
        await _bench.CompleteAsync(_bench.Attribute(ServiceBench.Indicator("a.example", "T1071")));

        Assert.Equal(same, _bench.Attribute(indicator).IsReady);
    }

    [Theory]
    [InlineData("""{"type":"domain"}""")]
    [InlineData("""{"value":"x"}""")]
    [InlineData("""{"type":null,"value":"x"}""")]
    [InlineData("""{"type":"domain","value":{"x":1}}""")]
    [InlineData("""{"type":"domain","value":""}""")]
    [InlineData("\"x\"")]
    [InlineData("[1]")]
    [InlineData("null")]
    public void An_indicator_without_type_or_value_is_not_asked_about(string indicator) => Assert.True(_bench.Attribute(indicator).IsReady);

    [Fact]
    public async Task Many_who_want_one_answer_make_one_request()
    {
        var one = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"));
        var other = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"), ServiceBench.Indicator("a.example", "T1071"));

        Assert.Equal(await _bench.CompleteAsync(one), await _bench.CompleteAsync(other));
        Assert.Equal(1, _bench.Service.Requests);
    }

    [Fact]
    public async Task A_question_in_flight_is_not_asked_again()
    {
        var gate = new TaskCompletionSource();
        _bench.Service.Before = _ => gate.Task;
        var one = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071")).Pending!.CompleteAsync(new(), TestContext.Current.CancellationToken);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(5));
        await UntilAsync(() => _bench.Service.Requests == 1);

        var other = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"));
        Assert.False(other.IsReady);
        gate.SetResult();

        Assert.Same((await one).Attribution, await _bench.CompleteAsync(other));
        Assert.Equal(1, _bench.Service.Requests);
    }

    [Fact]
    public async Task Each_indicator_gets_its_own_part_of_the_reply()
    {
        var one = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"), ServiceBench.Indicator("b.example", "T1105"));
        var other = _bench.Attribute(ServiceBench.Indicator("c.example", "T1566"));
        var none = _bench.Attribute(ServiceBench.Indicator("d.example"));

        Assert.Equal(["T1071", "T1105"], (await _bench.CompleteAsync(one)).Techniques.Select(technique => technique.Id));
        Assert.Equal(["T1566"], (await _bench.CompleteAsync(other)).Techniques.Select(technique => technique.Id));
        Assert.Same(StreamEnricher.Core.Attribution.Attribution.None, await _bench.CompleteAsync(none));
        Assert.Equal(1, _bench.Service.Requests);
    }

    [Fact]
    public async Task A_full_batch_does_not_wait_for_the_linger()
    {
        await using var bench = new ServiceBench(options => options with { BatchIndicators = 2 });
        var outcome = bench.Attribute(ServiceBench.Indicator("a.example", "T1071"), ServiceBench.Indicator("b.example", "T1105"));

        await outcome.Pending!.CompleteAsync(new(), TestContext.Current.CancellationToken);

        Assert.Equal(1, bench.Service.Requests);
    }

    [Fact]
    public async Task Answers_grow_old_and_those_without_a_technique_sooner()
    {
        var known = ServiceBench.Indicator("a.example", "T1071");
        var empty = ServiceBench.Indicator("b.example");
        await _bench.CompleteAsync(_bench.Attribute(known, empty));

        _bench.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(_bench.Attribute(known, empty).IsReady);
        _bench.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_bench.Attribute(known).IsReady);
        Assert.False(_bench.Attribute(empty).IsReady);
        Assert.Equal(1, _bench.Scratch.Counts.CacheStale);
        _bench.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(_bench.Attribute(known).IsReady);
        Assert.Equal(2, _bench.Scratch.Counts.CacheStale);
    }

    [Fact]
    public async Task The_cache_is_bounded()
    {
        await using var bench = new ServiceBench(options => options with { CacheEntries = 8 });
        for (var index = 0; index < 200; index++)
        {
            await bench.CompleteAsync(bench.Attribute(ServiceBench.Indicator($"{index}.example", "T1071")));
        }

        var known = Enumerable.Range(0, 200).Count(index => bench.Attribute(ServiceBench.Indicator($"{index}.example", "T1071")).IsReady);
        Assert.InRange(known, 1, 8);
    }

    [Fact]
    public async Task Evidence_stands_in_the_order_of_the_providers_though_the_service_answers_last()
    {
        await using var bench = new ServiceBench(null, new DeclaredProvider(AttributionTestData.Attack19));
        var spec = new AttributionSpec { RelatedIndicators = new(0, "related_indicators"), Declared = [new(3, "technique_ids")] };

        var found = await bench.CompleteAsync(bench.AttributeEvent(
            $$"""{"technique_ids":["T1566"],"related_indicators":[{{ServiceBench.Indicator("a.example", "T1071")}}]}""", spec));

        Assert.Equal(["service", "declared"], found.Evidence.Select(evidence => evidence.Provider));
    }

    [Fact]
    public async Task Cancelling_one_wait_leaves_the_answer_for_the_others()
    {
        var outcome = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071"));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome.Pending!.CompleteAsync(new(), cancelled.Token));

        Assert.Single((await _bench.CompleteAsync(outcome)).Techniques);
    }

    [Fact]
    public async Task Stopping_ends_every_wait()
    {
        var sent = _bench.Attribute(ServiceBench.Indicator("a.example", "T1071")).Pending!.CompleteAsync(new(), TestContext.Current.CancellationToken);
        _bench.Service.Before = cancellation => Task.Delay(Timeout.Infinite, cancellation);
        _bench.Time.Advance(TimeSpan.FromMilliseconds(5));
        await UntilAsync(() => _bench.Service.Requests == 1);
        var gathered = _bench.Attribute(ServiceBench.Indicator("b.example", "T1071")).Pending!.CompleteAsync(new(), TestContext.Current.CancellationToken);

        await _bench.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gathered);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.Attribute(ServiceBench.Indicator("c.example")).Pending!.CompleteAsync(new(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_format_without_indicators_is_not_bound() =>
        Assert.True(_bench.AttributeEvent("""{"ip":"203.0.113.5"}""", AttributionSpec.Empty).IsReady);

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
