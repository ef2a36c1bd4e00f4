using System.Diagnostics.Metrics;
using System.Net;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.FunctionalTests.Api;

namespace StreamEnricher.FunctionalTests.Cli;

/// <summary>The listener exports every meter of the pipeline's name in the process, so nothing else may run beside these.</summary>
[Collection(RunsAlone.Name)]
public sealed class ApiServerTests
{
    [Fact]
    public async Task Metrics_have_the_names_and_labels_of_the_contract()
    {
        await using var rig = await ApiRig.StartAsync();
        var metrics = rig.Metrics;
        metrics.SourceRecords.Add(3, new("source", "ids"), new("topic", "suricata"));
        metrics.SourceSkipped.Add(1, new KeyValuePair<string, object?>("reason", "tombstone"));
        metrics.SinkEvents.Add(2, new("sink", "siem"), new("outcome", "delivered"));
        metrics.SinkBytes.Add(7, new KeyValuePair<string, object?>("sink", "siem"));
        metrics.SinkRetries.Add(1, new("sink", "siem"), new("reason", "429"));
        metrics.SinkRequests.Add(1, new("sink", "siem"), new("code", "200"));
        metrics.DeadLetters.Add(1, new("sink", "*"), new("reason", "malformed_json"));
        metrics.Attributions.Add(1, new("provider", "table"), new("outcome", "found"));
        metrics.AttributionCache.Add(1, new KeyValuePair<string, object?>("outcome", "hit"));
        metrics.AttributionDegraded.Add(1);
        metrics.BatchEvents.Record(40);
        metrics.EndToEnd.Record(0.02, new KeyValuePair<string, object?>("sink", "siem"));
        metrics.Observe<long>("streamenricher.memory_budget.bytes", "Bytes of the budget.", () => [new Measurement<long>(5, new KeyValuePair<string, object?>("state", "used"))]);

        var lines = (await rig.GetAsync("/metrics", null)).Body.Split('\n');

        Assert.Equal(
            [
                "streamenricher_source_records_total{source=\"ids\",topic=\"suricata\"} 3",
                "streamenricher_source_skipped_total{reason=\"tombstone\"} 1",
                "streamenricher_sink_events_total{outcome=\"delivered\",sink=\"siem\"} 2",
                "streamenricher_sink_bytes_total{sink=\"siem\"} 7",
                "streamenricher_sink_retries_total{reason=\"429\",sink=\"siem\"} 1",
                "streamenricher_sink_requests_total{code=\"200\",sink=\"siem\"} 1",
                "streamenricher_dead_letters_total{reason=\"malformed_json\",sink=\"*\"} 1",
                "streamenricher_attribution_total{outcome=\"found\",provider=\"table\"} 1",
                "streamenricher_attribution_cache_total{outcome=\"hit\"} 1",
                "streamenricher_attribution_degraded_total 1",
                "streamenricher_batch_events_count 1",
                "streamenricher_batch_events_sum 40",
                "streamenricher_end_to_end_seconds_bucket{sink=\"siem\",le=\"0.025\"} 1",
                "streamenricher_end_to_end_seconds_bucket{sink=\"siem\",le=\"0.01\"} 0",
                "streamenricher_memory_budget_bytes{state=\"used\"} 5",
            ],
            [
                Sample(lines, "streamenricher_source_records_total"), Sample(lines, "streamenricher_source_skipped_total"), Sample(lines, "streamenricher_sink_events_total"),
                Sample(lines, "streamenricher_sink_bytes_total"), Sample(lines, "streamenricher_sink_retries_total"), Sample(lines, "streamenricher_sink_requests_total"),
                Sample(lines, "streamenricher_dead_letters_total"), Sample(lines, "streamenricher_attribution_total"), Sample(lines, "streamenricher_attribution_cache_total"),
                Sample(lines, "streamenricher_attribution_degraded_total"), Sample(lines, "streamenricher_batch_events_count"), Sample(lines, "streamenricher_batch_events_sum"),
                Sample(lines, "streamenricher_end_to_end_seconds_bucket", "le=\"0.025\""), Sample(lines, "streamenricher_end_to_end_seconds_bucket", "le=\"0.01\""),
                Sample(lines, "streamenricher_memory_budget_bytes"),
            ]);
    }

    [Fact]
    public async Task Liveness_answers_also_when_the_pipeline_is_not_ready()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Status = new EngineStatus(EngineState.Running, [], ["the sink siem is held: 401"]);

        var live = await rig.GetAsync("/health/live", null);
        var ready = await rig.GetAsync("/health/ready", null);

        Assert.Equal((HttpStatusCode.OK, """{"status":"live","reasons":[]}"""), (live.Status, live.Body));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"status":"not ready","reasons":["the sink siem is held: 401"]}"""), (ready.Status, ready.Body));
    }

    [Fact]
    public async Task Readiness_follows_the_pipeline()
    {
        await using var rig = await ApiRig.StartAsync();

        var ready = await rig.GetAsync("/health/ready", null);

        Assert.Equal((HttpStatusCode.OK, """{"status":"ready","reasons":[]}"""), (ready.Status, ready.Body));
    }

    [Fact]
    public async Task An_address_in_use_is_named_with_the_way_out()
    {
        await using var first = await ApiRig.StartAsync();
        var taken = new Uri(first.Server.Addresses.Single()).Authority;

        var error = await Assert.ThrowsAsync<ListenException>(() => ApiRig.StartAsync(listen: taken));

        Assert.StartsWith($"cannot listen on {taken}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("set api.listen to a free address, or api: off", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A sample line without its time and without the labels of the library's own.</summary>
    private static string Sample(string[] lines, string name, string with = "")
    {
        var line = Assert.Single(lines, line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(with, StringComparison.Ordinal));
        var labels = line[(line.IndexOf('{', StringComparison.Ordinal) + 1)..line.IndexOf('}', StringComparison.Ordinal)]
            .Split(',').Where(label => !label.StartsWith("otel_", StringComparison.Ordinal)).ToList();
        var value = line[(line.IndexOf('}', StringComparison.Ordinal) + 2)..].Split(' ')[0];
        return $"{name}{(labels.Count == 0 ? "" : "{" + string.Join(',', labels) + "}")} {value}";
    }
}
