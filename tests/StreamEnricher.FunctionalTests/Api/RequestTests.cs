using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>What requests are taken, and what is said of the others.</summary>
public sealed class RequestTests
{
    private const string Enrich = "/api/events/enrich?deliver=false";
    private const string Event = """{"event":{"event_type":"threat","timestamp":"2026-03-01T00:00:00Z","severity":"high","technique_ids":["T1046"]},"source_service":"traffic_monitor"}""";

    private static readonly string Analyst = ApiRig.Token(Roles.Analyst);

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "it must be an object")]
    [InlineData("{}", "event is missing, or no object")]
    [InlineData("""{"event":"x"}""", "event is missing, or no object")]
    [InlineData("""{"event":{},"source_service":7}""", "source_service must be a text")]
    [InlineData("""{"event":{},"source_service":""}""", "source_service must be a text")]
    [InlineData("""{"event":{},"sourceService":"x"}""", "there is no member sourceService")]
    [InlineData("""{"event":{},"event":{}}""", "not JSON")]
    public async Task A_body_that_cannot_be_taken_is_refused_with_the_reason(string body, string reason)
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.PostAsync(Enrich, body, Analyst);

        Assert.StartsWith(reason, answer.ProblemOf(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_before_it_is_read_whole()
    {
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, limits: {{ body: 16KiB }}");

        var answer = await rig.PostAsync(Enrich, $$$"""{"event":{"a":"{{{new string('x', 20_000)}}}"}}""", Analyst);

        Assert.Equal("a request may have 16384 bytes (api.limits.body)", answer.ProblemOf(HttpStatusCode.RequestEntityTooLarge));
    }

    [Fact]
    public async Task Deep_nesting_ends_as_an_answer()
    {
        await using var rig = await ApiRig.StartAsync();
        string Deep(int levels) => $$$"""{"event":{"a":{{{new string('[', levels)}}}{{{new string(']', levels)}}}}}""";

        var refused = await rig.PostAsync(Enrich, Deep(100), Analyst);
        var bomb = await rig.PostAsync(Enrich, Deep(100_000), Analyst);

        Assert.Contains("too_deep", refused.ProblemOf(HttpStatusCode.UnprocessableEntity), StringComparison.Ordinal);
        Assert.StartsWith("not JSON", bomb.ProblemOf(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/events/enrich", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/events/enriched?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/events/enriched?limit=1001", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/events/enriched?limit=x", HttpStatusCode.BadRequest)]
    public async Task Every_refusal_is_a_problem_document(string method, string path, HttpStatusCode status)
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Analyst);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Equal((int)status, (int)answer.Json["status"]!);
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.PostAsync(Enrich, Event, Analyst, "text/plain");

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (answer.Status, answer.Type));
    }

    [Fact]
    public async Task Posting_for_delivery_without_a_topic_says_what_to_set()
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.PostAsync("/api/events/enrich", Event, Analyst);

        Assert.Equal("this pipeline has no topic for posted events: set api.topic, or ask with deliver=false", answer.ProblemOf(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task An_event_that_is_not_delivered_is_answered_enriched()
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.PostAsync(Enrich, Event, Analyst);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Event enriched; nothing was written (deliver=false)", (string?)answer.Json["message"]);
        var enriched = answer.Json["enriched_event"]!;
        Assert.Equal("traffic_monitor", (string?)enriched["source_service"]);
        Assert.Equal(["T1046"], enriched["technique_ids"]!.AsArray().Select(static id => (string?)id));
        Assert.Null(enriched["metadata"]!["kafka"]);
    }

    [Fact]
    public async Task Lines_are_answered_line_by_line_and_a_wrong_one_stops_all()
    {
        await using var rig = await ApiRig.StartAsync();

        var good = await rig.PostAsync(Enrich, $"{Event}\n\n{Event}\r\n", Analyst, "application/x-ndjson");
        var wrong = await rig.PostAsync(Enrich, $"{Event}\n\n[]\n", Analyst, "application/x-ndjson");

        Assert.Equal("application/x-ndjson", good.Type);
        Assert.Equal(2, good.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!["enriched_event"]!["event_id"]).Count());
        Assert.StartsWith("line 3: it must be an object", wrong.ProblemOf(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_above_its_rate_is_told_when_to_come_again_and_another_is_served()
    {
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, limits: {{ rate: 1 }}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => rig.GetAsync("/api/siem/status", Analyst)));

        var refused = answers.Where(static answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.Equal("more than 1 requests a second (api.limits.rate)", refused[0].ProblemOf(HttpStatusCode.TooManyRequests));
        Assert.Contains(answers, static answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/api/siem/status", ApiRig.Token(Roles.Viewer, subject: "another"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/health/live", null)).Status);
    }

    [Fact]
    public async Task Only_named_origins_may_call_from_a_page()
    {
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, cors: [\"https://soc.example\"]");

        Assert.Equal("https://soc.example", await AllowedAsync(rig, "https://soc.example"));
        Assert.Null(await AllowedAsync(rig, "https://evil.example"));
    }

    [Fact]
    public async Task Two_hundred_clients_at_once_are_all_answered()
    {
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, limits: {{ rate: 100000 }}");
        var statuses = new ConcurrentBag<HttpStatusCode>();
        var watch = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async client =>
        {
            var token = ApiRig.Token(Roles.Analyst, subject: $"client {client}");
            for (var i = 0; i < 20; i++)
            {
                statuses.Add((await rig.PostAsync(Enrich, Event, token)).Status);
            }
        }));

        TestContext.Current.TestOutputHelper?.WriteLine($"4000 requests of 200 clients in {TimeProvider.System.GetElapsedTime(watch).TotalSeconds:0.0} s");
        Assert.Equal(4000, statuses.Count(static status => status == HttpStatusCode.OK));
    }

    private static async Task<string?> AllowedAsync(ApiRig rig, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/siem/status");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var response = await rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }
}
