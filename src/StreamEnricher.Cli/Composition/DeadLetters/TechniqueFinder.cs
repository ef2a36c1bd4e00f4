using System.Text.Json;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Cli.Composition.DeadLetters;

/// <summary>Finds the techniques of a dead letter as the pipeline would: by its format and its attribution.</summary>
internal sealed class TechniqueFinder : IAsyncDisposable
{
    private readonly EnrichmentPlan _plan;
    private readonly PipelineMetrics _metrics = new();
    private readonly EventEnricher _enricher;
    private readonly SourceTopics _topics;

    /// <exception cref="CompositionException">The pipeline's formats or attribution cannot be loaded.</exception>
    public TechniqueFinder(PipelineOptions options, ILoggerFactory loggers)
    {
        _plan = EnrichmentPlan.Load(options, TimeProvider.System, loggers);
        var output = _plan.Output();
        _enricher = _plan.CreateEnricher([new EnrichedSink("techniques", new CommonEventEncoder(output, keyed: false), null)], _plan.Sources(), output, _metrics, loggers);
        _topics = new SourceTopics(KafkaMapping.Sources(options));
    }

    /// <summary>Ids of the techniques; none when the record is no event.</summary>
    public async ValueTask<IReadOnlyList<string>> FindAsync(StoredDeadLetter letter, CancellationToken cancellation) =>
        [.. (await FindScoresAsync(letter, cancellation)).Keys];

    /// <summary>Ids of the techniques with the confidence of each; none when the record is no event.</summary>
    public async ValueTask<IReadOnlyDictionary<string, double>> FindScoresAsync(StoredDeadLetter letter, CancellationToken cancellation)
    {
        var value = letter.Value ?? [];
        var lease = new PartitionLease(_topics.SourceOf(letter.Topic), letter.Topic, letter.Partition, [0]);
        var batch = new EventBatch(EventBatch.SizeOf(lease, 0, value.Length, 0), 1, MemoryLease.Unlimited);
        batch.TryAppend(lease, letter.Offset, letter.Timestamp, value, letter.Value is null, default, true, default);
        var enriched = await _enricher.EnrichAsync(batch, cancellation);
        try
        {
            if (enriched.BySink[0] is not { Count: > 0 } encoded)
            {
                return new Dictionary<string, double>();
            }

            using var common = JsonDocument.Parse(encoded.Value(encoded.Items[0]));
            return common.RootElement.GetProperty("metadata").GetProperty("technique_details").EnumerateArray()
                .ToDictionary(static detail => detail.GetProperty("id").GetString()!, static detail => detail.GetProperty("confidence").GetDouble(), StringComparer.Ordinal);
        }
        finally
        {
            enriched.BySink[0]?.Dispose();
            enriched.Source.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        await _plan.DisposeAsync();
    }
}
