using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Api.Taps;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Events as they pass.</summary>
public sealed class TapTests
{
    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task Enriched_events_come_with_their_place_and_without_secrets()
    {
        await using var rig = await ApiRig.StartAsync();

        var line = Assert.Single(await ShownAsync(rig, "limit=1", Event("high", """
            ,"description":"curl -H 'Authorization: Bearer abcdefghijklmnop' https://bob:hunter2@host/"
            """)));

        Assert.Equal(("enriched", "traffic_monitor", 1, 40), ((string?)line["at"], (string?)line["topic"], (int)line["partition"]!, (int)line["offset"]!));
        Assert.Equal("high", (string?)line["value"]!["severity"]);
        Assert.Equal((string?)line["value"]!["event_id"], (string?)line["event_id"]);
        Assert.DoesNotContain("hunter2", line.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmnop", line.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_events_for_which_the_condition_holds_are_shown()
    {
        await using var rig = await ApiRig.StartAsync();

        var lines = await ShownAsync(rig, "limit=2&where=" + Uri.EscapeDataString("event.severity|gte: 50"), Event("low"), Event("high"), Event("informational"), Event("critical"));

        Assert.Equal(["high", "critical"], lines.Select(static line => (string?)line["value"]!["severity"]));
    }

    [Fact]
    public async Task The_source_shows_the_record_as_it_was_read()
    {
        await using var rig = await ApiRig.StartAsync();

        var line = Assert.Single(await ShownAsync(rig, "at=source&limit=1", Event("high", ",\"own\":{\"n\":1.50}")));

        Assert.Equal("1.50", line["value"]!["own"]!["n"]!.ToJsonString());
    }

    [Fact]
    public async Task A_sink_shows_its_own_lines_and_only_what_its_condition_lets_through()
    {
        await using var rig = await ApiRig.StartAsync(sinks: "{ siem: { elasticsearch: { url: \"http://localhost:9\" }, when: { event.severity|gte: 50 } } }");

        var line = Assert.Single(await ShownAsync(rig, "at=siem&limit=1", Event("low"), Event("high")));

        Assert.Equal(41, (int)line["offset"]!);
        Assert.Equal(line["event_id"]!.ToJsonString(), line["lines"]![0]!["create"]!["_id"]!.ToJsonString());
        Assert.Equal("traffic_monitor", (string?)line["lines"]![1]!["kafka"]!["topic"]);
    }

    [Fact]
    public async Task Above_the_rate_events_are_counted_and_not_shown()
    {
        await using var rig = await ApiRig.StartAsync();
        using var tap = await OpenAsync(rig, "rate=2");
        Offer(rig, [.. Enumerable.Range(0, 10).Select(static _ => Event("high"))]);

        var lines = await ReadAsync(tap, 3);

        Assert.Equal(2, lines.Count(static line => line["value"] is not null));
        Assert.Equal((8, 0), ((int)lines[^1]["passed"]!["over_rate"]!, (int)lines[^1]["passed"]!["unseen"]!));
    }

    [Theory]
    [InlineData("at=nowhere", "at must be source, enriched, siem")]
    [InlineData("rate=0", "rate must be from 1 to 1000")]
    [InlineData("rate=1001", "rate must be from 1 to 1000")]
    [InlineData("limit=-1", "limit must not be below 0")]
    [InlineData("where=a%3A%20%5B", "where is no condition")]
    [InlineData("where=event.severity%7Cnothing%3A%201", "where: ")]
    public async Task A_wrong_request_is_refused_with_the_reason(string query, string reason)
    {
        await using var rig = await ApiRig.StartAsync();

        Assert.StartsWith(reason, (await rig.GetAsync("/api/tap?" + query, Viewer)).ProblemOf(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condition_that_is_too_long_is_refused()
    {
        await using var rig = await ApiRig.StartAsync();

        Assert.Equal("where may have 4096 characters", (await rig.GetAsync($"/api/tap?where={new string('a', 5000)}", Viewer)).ProblemOf(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Only_a_few_taps_may_be_open()
    {
        await using var rig = await ApiRig.StartAsync();
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < TapPoint.MostTaps; i++)
        {
            open.Add(await OpenAsync(rig, ""));
        }

        Assert.Equal("4 taps are open already", (await rig.GetAsync("/api/tap", Viewer)).ProblemOf(HttpStatusCode.TooManyRequests));
        open.ForEach(static tap => tap.Dispose());
    }

    private static string Event(string severity, string more = "") =>
        $$"""{"event_type":"threat","timestamp":"2026-03-01T00:00:00Z","severity":"{{severity}}","source_service":"traffic_monitor"{{more}}}""";

    private static async Task<List<JsonNode>> ShownAsync(ApiRig rig, string query, params string[] events)
    {
        using var tap = await OpenAsync(rig, query);
        Offer(rig, events);
        return await ReadAsync(tap, int.MaxValue);
    }

    private static async Task<HttpResponseMessage> OpenAsync(ApiRig rig, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tap?" + query);
        request.Headers.Authorization = new("Bearer", Viewer);
        return await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static void Offer(ApiRig rig, string[] events)
    {
        var batch = new EventBatch(events.Sum(static text => Encoding.UTF8.GetByteCount(text) + 128), events.Length, MemoryLease.Unlimited);
        var lease = new PartitionLease("services", "traffic_monitor", 1, [0]);
        for (var i = 0; i < events.Length; i++)
        {
            Assert.True(batch.TryAppend(lease, 40 + i, 1, Encoding.UTF8.GetBytes(events[i]), false, default, true, default));
        }

        rig.Parts.Backend.Taps.Offer(batch);
        batch.Release();
    }

    /// <summary>The next lines; fewer when the answer ends.</summary>
    private static async Task<List<JsonNode>> ReadAsync(HttpResponseMessage tap, int count)
    {
        using var reader = new StreamReader(await tap.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var lines = new List<JsonNode>();
        while (lines.Count < count && await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(JsonNode.Parse(line)!);
        }

        return lines;
    }
}
