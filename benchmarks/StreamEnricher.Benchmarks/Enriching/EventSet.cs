using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks.Enriching;

/// <summary>A batch of 1,000 shipped sample events of one format, and the enricher of a pipeline with the shipped formats and tables.</summary>
internal sealed class EventSet
{
    /// <summary>Events in the batch.</summary>
    public const int Count = 1000;

    /// <param name="format">Format, and name of the sample file.</param>
    /// <param name="sinks">Names among ecs, hec and event.</param>
    public EventSet(string format, params string[] sinks)
        : this(format, recognised: false, sinks)
    {
    }

    /// <param name="format">Format, and name of the sample file.</param>
    /// <param name="recognised">Its source says format: auto.</param>
    /// <param name="sinks">Names among ecs, hec and event.</param>
    public EventSet(string format, bool recognised, params string[] sinks)
        : this(format, recognised, null, sinks)
    {
    }

    /// <param name="format">Format, and name of the sample file.</param>
    /// <param name="recognised">Its source says format: auto.</param>
    /// <param name="tally">Counts techniques; null: nobody does.</param>
    /// <param name="sinks">Names among ecs, hec and event.</param>
    public EventSet(string format, bool recognised, TechniqueTally? tally, params string[] sinks)
    {
        var lines = File.ReadAllLines(Repository.PathOf("data", "samples", format + ".ndjson"));
        Events = [.. Enumerable.Range(0, Count).Select(index => Encoding.UTF8.GetBytes(lines[index % lines.Length]))];
        var lease = new PartitionLease("source", format, 0, [0, 0, 0]);
        Batch = new EventBatch(Events.Sum(one => one.Length + 128), Count, MemoryLease.Unlimited);
        for (var i = 0; i < Count; i++)
        {
            Batch.TryAppend(lease, i, 1_700_000_000_000, Events[i], false, default, true, default);
        }

        var problems = new List<FormatProblem>();
        Formats = FormatCatalog.Load([Repository.PathOf("pipelines", "formats")], problems, recognises: recognised) ?? throw new InvalidOperationException(string.Join('\n', problems));
        Plan = Formats.Find(format) ?? throw new ArgumentException($"there is no format {format}", nameof(format));
        var data = new ShippedData(Repository.PathOf("data"));
        Catalogue = data.LoadCatalogue("19");
        Attributor = new Attributor(Catalogue, [new DeclaredProvider(Catalogue), data.LoadTables(["et-open", "keywords"], Catalogue)]);
        var output = new OutputOptions();
        Enricher = new EventEnricher(
            [new SourceFormat("source", recognised ? null : Plan)],
            Formats,
            [.. sinks.Select(name => new EnrichedSink(name, Encoder(name, output), null))],
            Attributor,
            output,
            new PipelineMetrics(),
            NullLogger.Instance,
            tally: tally);
    }

    /// <summary>The events one by one.</summary>
    public byte[][] Events { get; }

    /// <summary>The same as a batch.</summary>
    public EventBatch Batch { get; }

    /// <summary>All shipped formats.</summary>
    public FormatCatalog Formats { get; }

    /// <summary>The events' format.</summary>
    public FormatPlan Plan { get; }

    /// <summary>ATT&amp;CK release.</summary>
    public AttackCatalogue Catalogue { get; }

    /// <summary>Declared ids, ET Open and keywords.</summary>
    public Attributor Attributor { get; }

    /// <summary>The enricher.</summary>
    public EventEnricher Enricher { get; }

    /// <summary>The baseline: reads every token of each event; returns their number.</summary>
    public long Tokenise()
    {
        var tokens = 0L;
        foreach (var one in Events)
        {
            var reader = new Utf8JsonReader(one);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    /// <summary>Enriches the batch once; returns the bytes written.</summary>
    public int Enrich()
    {
        Batch.AddReference();
        var task = Enricher.EnrichAsync(Batch, CancellationToken.None);
        var enriched = task.IsCompletedSuccessfully ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("nothing here waits for a network");
        var bytes = 0;
        foreach (var output in enriched.BySink)
        {
            bytes += output?.Length ?? 0;
            output?.Dispose();
        }

        Batch.Release();
        return bytes;
    }

    private static SinkEncoder Encoder(string name, OutputOptions output) => name switch
    {
        "ecs" => new EcsEncoder(output, "logs-streamenricher.detections-default"),
        "hec" => new HecEncoder(output, "cybersecurity", "cybersecurity:events"),
        _ => new CommonEventEncoder(output, keyed: true),
    };
}
