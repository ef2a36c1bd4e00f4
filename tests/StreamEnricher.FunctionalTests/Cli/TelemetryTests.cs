using StreamEnricher.Cli.Hosting;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Tracing;
using StreamEnricher.Testing.Engine;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Cli;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_and_spans_go_to_the_collector_that_the_environment_names()
    {
        await using var collector = await ScriptedServer.StartAsync();
        var environment = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-tenant=soc",
        };
        using (var telemetry = Telemetry.Start("detections", environment))
        using (var metrics = new PipelineMetrics())
        {
            metrics.SourceRecords.Add(3);
            var batch = EngineBatches.Of(EngineBatches.Lease(1), 0, 3);
            PipelineTraces.Process(batch, isMain: true)!.Dispose();
            batch.Release();
        }

        var byPath = collector.Requests.GroupBy(request => request.Path).ToDictionary(group => group.Key, group => group.Last());
        Assert.Equal("soc", byPath["/v1/metrics"].Header("x-tenant"));
        Assert.True(byPath["/v1/metrics"].Body.Span.IndexOf("streamenricher.source.records"u8) >= 0);
        Assert.True(byPath["/v1/traces"].Body.Span.IndexOf("process batch"u8) >= 0);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    public async Task Without_a_collector_or_when_switched_off_nothing_is_sent(string name, string value)
    {
        await using var collector = await ScriptedServer.StartAsync();
        var environment = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url.ToString(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" };
        environment[name] = value;
        using (Telemetry.Start("detections", environment))
        using (var metrics = new PipelineMetrics())
        {
            metrics.SourceRecords.Add(3);
        }

        Assert.Empty(collector.Requests);
    }
}
