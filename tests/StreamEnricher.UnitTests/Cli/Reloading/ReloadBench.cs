using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Testing.Enrichment;
using StreamEnricher.UnitTests.Engine.Pipeline;

namespace StreamEnricher.UnitTests.Cli.Reloading;

/// <summary>A pipeline with a format of its own in a folder, at work without Kafka and sinks.</summary>
internal sealed class ReloadBench : IAsyncDisposable
{
    public const string Format = """
        format: acme
        vendor_namespace: acme.log
        fields:
          event.kind: { value: alert }
          event.severity: { from: level }
        """;

    public const string Pipeline = """
        pipeline: test
        formats: [formats]
        sources: { all: { topics: [events], format: acme } }
        sinks:
          first:  { file: { directory: a, format: event } }
          second: { file: { directory: b, format: ecs } }
        dead_letters: { directory: { path: dead } }
        api: off
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("reload-").FullName;
    private readonly PipelineMetrics _metrics = new();
    private readonly MetricProbe _probe;
    private readonly ReloadSignal _signal = new();
    private readonly FollowingEnricher _enricher;

    public ReloadBench()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "formats"));
        Write("formats/acme.yaml", Format);
        Write("pipeline.yaml", Pipeline);
        _probe = new MetricProbe(_metrics);
        var read = Read();
        Current = new CurrentPipeline(new PipelineVersion(read.Options!, EnrichmentPlan.Load(read.Options!, TimeProvider.System, NullLoggerFactory.Instance, onlyRead: true)));
        _enricher = new FollowingEnricher(Current, version =>
        {
            var (options, plan, output) = (version.Options, version.Plan, version.Plan.Output());
            return plan.CreateEnricher(PipelineSinks.Encoders(options, plan, output), [new("test", plan.Sources(options.Sources)[0].Format)], output, _metrics, NullLoggerFactory.Instance);
        });
        var files = new WatchedFiles(Path.Combine(_folder, "pipeline.yaml"));
        files.Follow(read.Options!);
        Reloader = new Reloader(Current, new PipelineSource(read, Read, files, _signal), _enricher.Prepare, _metrics, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public CurrentPipeline Current { get; }

    public Reloader Reloader { get; }

    public string Refusal => Assert.IsType<string>(Current.Refusal);

    public double Applied => _probe.Sum("streamenricher.reloads", ("outcome", "applied"));

    public double Refused => _probe.Sum("streamenricher.reloads", ("outcome", "refused"));

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    public void Delete(string file) => File.Delete(Path.Combine(_folder, file));

    /// <summary>What each sink, in the order that the run began with, gets of an event; null for nothing.</summary>
    public async Task<IReadOnlyList<JsonNode?>> EnrichAsync(string json = """{"level":75}""")
    {
        var enriched = await _enricher.EnrichAsync(EnrichmentBench.Batch(json), TestContext.Current.CancellationToken);
        List<JsonNode?> items = [.. enriched.BySink.Select(static sink => sink is null ? null : JsonNode.Parse(sink.Slice(0, sink.Length).Span))];
        foreach (var sink in enriched.BySink)
        {
            sink?.Dispose();
        }

        enriched.Source.Release();
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        await Reloader.DisposeAsync();
        await Current.DisposeAsync();
        _signal.Dispose();
        _probe.Dispose();
        _metrics.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private PipelineFileResult Read() => PipelineFile.Load(Path.Combine(_folder, "pipeline.yaml"), [], static _ => null, Inventory.BesideExecutable());
}
