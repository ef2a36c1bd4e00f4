using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Api;

/// <summary>Makes the common enriched event of single records, beside the pipeline and with its formats and attribution. Thread-safe.</summary>
/// <remarks>
/// The same record gives the same event wherever it is enriched, so what people look at need not be kept encoded, and an answer can be given before the pipeline
/// has read the record.
/// </remarks>
internal sealed class RecordEnricher : IDisposable
{
    /// <summary>Name of a source whose records' format is recognised by their content.</summary>
    public const string AnySource = "*";

    /// <summary>Keeps what is enriched here out of the pipeline's own metrics.</summary>
    private const string MeterName = PipelineMetrics.MeterName + ".Api";

    private readonly PipelineMetrics _metrics = new(MeterName);
    private readonly FollowingEnricher _positioned;
    private readonly FollowingEnricher _unpositioned;

    /// <param name="current">The pipeline.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    public RecordEnricher(CurrentPipeline current, ILoggerFactory loggers)
    {
        _positioned = new FollowingEnricher(current, version => Create(version, version.Plan.Output(), loggers, preview: false));
        _unpositioned = new FollowingEnricher(current, version => Create(version, version.Plan.Output() with { KafkaPosition = false }, loggers, preview: true));
    }

    /// <summary>Enriches records; the result has one entry a record, in their order.</summary>
    /// <param name="records">At most some thousand.</param>
    /// <param name="positioned">The records lie in Kafka at their position; false leaves the position out of the events.</param>
    /// <param name="cancellation">Ends waiting for attribution.</param>
    public async ValueTask<IReadOnlyList<EnrichedRecord>> EnrichAsync(IReadOnlyList<RawRecord> records, bool positioned, CancellationToken cancellation)
    {
        if (records.Count == 0)
        {
            return [];
        }

        var enriched = await (positioned ? _positioned : _unpositioned).EnrichAsync(Batch(records), cancellation);
        var results = new EnrichedRecord[records.Count];
        using (var events = enriched.BySink[0])
        {
            foreach (var refused in enriched.Rejected)
            {
                results[refused.Record] = new EnrichedRecord(default, refused);
            }

            for (var i = 0; i < (events?.Count ?? 0); i++)
            {
                var item = events!.Items[i];
                results[item.Record] = new EnrichedRecord(events.Value(item).TrimEnd((byte)'\n').ToArray(), null);
            }
        }

        enriched.Source.Release();
        return results;
    }

    /// <inheritdoc />
    public void Dispose() => _metrics.Dispose();

    private static EventBatch Batch(IReadOnlyList<RawRecord> records)
    {
        var leases = new Dictionary<(string, string, int), PartitionLease>();
        PartitionLease LeaseOf(RawRecord record)
        {
            var place = (record.Source, record.Topic, record.Partition);
            return leases.TryGetValue(place, out var known) ? known : leases[place] = new PartitionLease(record.Source, record.Topic, record.Partition, [long.MinValue]);
        }

        var bytes = records.Sum(record => EventBatch.SizeOf(LeaseOf(record), 0, record.Value.Length, 0));
        var batch = new EventBatch(bytes, records.Count, MemoryLease.Unlimited);
        foreach (var record in records)
        {
            batch.TryAppend(LeaseOf(record), record.Offset, record.Timestamp, record.Value, valueIsNull: false, default, keyIsNull: true, default);
        }

        return batch;
    }

    private EventEnricher Create(PipelineVersion version, Enrichment.Encoders.OutputOptions output, ILoggerFactory loggers, bool preview) => version.Plan.CreateEnricher(
        [new EnrichedSink("api", new CommonEventEncoder(output, keyed: false), null)], [.. version.Plan.Sources(version.Options.ReadSources), new SourceFormat(AnySource, null)], output, _metrics, loggers, preview);
}
