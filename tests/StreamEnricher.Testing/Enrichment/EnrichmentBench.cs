using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Testing.Enrichment;

/// <summary>The enrichment of one source with formats given as YAML: events in, each sink's bytes out.</summary>
internal sealed class EnrichmentBench : IDisposable
{
    /// <summary>A smallest format for what fits no other.</summary>
    public const string Generic = """
        format: generic
        vendor_namespace: generic.event
        fields:
          "@timestamp": { from: ["@timestamp", timestamp, time], as: timestamp }
          event.kind: { value: event }
        """;

    private readonly EventEnricher _enricher;

    /// <param name="formats">Formats as YAML; <see cref="Generic"/> is added.</param>
    /// <param name="format">The source's format; null: recognised.</param>
    /// <param name="output">What goes into documents.</param>
    /// <param name="providers">Providers of attribution; none: declared ids only.</param>
    /// <param name="sinks">Sinks; none: an ECS sink "siem", a HEC sink "splunk" and a common one "events".</param>
    public EnrichmentBench(
        IEnumerable<string> formats, string? format, OutputOptions? output = null, IEnumerable<AttributionProvider>? providers = null, EnrichedSink[]? sinks = null)
    {
        output ??= new OutputOptions();
        Catalogue = Shipped.Catalogue;
        Formats = Compile([.. formats, Generic]);
        Sinks = sinks ??
        [
            new EnrichedSink("siem", new EcsEncoder(output, "logs-test-default"), null),
            new EnrichedSink("splunk", new HecEncoder(output, "cybersecurity", "cybersecurity:events"), null),
            new EnrichedSink("events", new CommonEventEncoder(output, keyed: true), null),
        ];
        var attributor = new Attributor(Catalogue, providers ?? [new DeclaredProvider(Catalogue)]);
        _enricher = new EventEnricher(
            [new SourceFormat("test", format is null ? null : Formats.Find(format))], Formats, Sinks, attributor, output, Metrics, NullLogger.Instance);
    }

    /// <summary>Its counters.</summary>
    public PipelineMetrics Metrics { get; } = new();

    /// <summary>ATT&amp;CK 19.</summary>
    public AttackCatalogue Catalogue { get; }

    /// <summary>The formats.</summary>
    public FormatCatalog Formats { get; }

    /// <summary>The sinks.</summary>
    public EnrichedSink[] Sinks { get; }

    /// <summary>Compiles formats; throws with all problems.</summary>
    public static FormatCatalog Compile(params string[] formats)
    {
        var folder = Directory.CreateTempSubdirectory("formats-");
        try
        {
            for (var i = 0; i < formats.Length; i++)
            {
                File.WriteAllText(Path.Combine(folder.FullName, $"{i:D2}.yaml"), formats[i]);
            }

            var problems = new List<FormatProblem>();
            return FormatCatalog.Load([folder.FullName], problems, recognises: true) ?? throw new InvalidOperationException(string.Join('\n', problems));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A batch of events at offsets from 0, of topic "topic", partition 2.</summary>
    public static EventBatch Batch(params string[] events)
    {
        var lease = new PartitionLease("test", "topic", 2, [0, 0, 0, 0]);
        var batch = new EventBatch(events.Sum(text => Encoding.UTF8.GetByteCount(text) + 128), Math.Max(1, events.Length), MemoryLease.Unlimited);
        for (var i = 0; i < events.Length; i++)
        {
            batch.TryAppend(lease, i, 1_700_000_000_123 + i, Encoding.UTF8.GetBytes(events[i]), false, "key"u8, false, default);
        }

        return batch;
    }

    /// <summary>Enriches a batch as it is.</summary>
    public ValueTask<EnrichedBatch> EnrichAsync(EventBatch batch, CancellationToken cancellation) => _enricher.EnrichAsync(batch, cancellation);

    /// <summary>Enriches events; gives the text of each sink's items, and what was refused.</summary>
    public async Task<EnrichedTexts> EnrichAsync(params string[] events)
    {
        var enriched = await _enricher.EnrichAsync(Batch(events), CancellationToken.None);
        var texts = Sinks.Zip(enriched.BySink).ToDictionary(
            pair => pair.First.Name,
            pair => (IReadOnlyList<string>)(pair.Second is null ? [] : [.. Items(pair.Second)]),
            StringComparer.Ordinal);
        foreach (var output in enriched.BySink)
        {
            output?.Dispose();
        }

        enriched.Source.Release();
        return new EnrichedTexts(texts, enriched.Rejected);
    }

    /// <inheritdoc />
    public void Dispose() => Metrics.Dispose();

    private static List<string> Items(EncodedBatch batch)
    {
        var items = new List<string>();
        foreach (ref readonly var item in batch.Items)
        {
            items.Add(Encoding.UTF8.GetString(batch.Value(item).Span));
        }

        return items;
    }
}
