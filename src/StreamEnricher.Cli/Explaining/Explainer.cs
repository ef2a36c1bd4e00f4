using System.Text;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Explaining;

/// <summary>Takes events one by one the whole way to what the sinks would be sent, without sending it. Not for use by several threads.</summary>
internal sealed class Explainer : IDisposable
{
    private readonly PipelineOptions _options;
    private readonly PipelineMetrics _metrics = new();
    private readonly ExplainingEncoder _explaining = new();
    private readonly EventEnricher _enricher;
    private readonly int _sinks;

    /// <param name="options">The pipeline.</param>
    /// <param name="plan">Its formats and attribution.</param>
    /// <param name="sources">Source entries that events may belong to.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    public Explainer(PipelineOptions options, EnrichmentPlan plan, IReadOnlyList<SourceFormat> sources, ILoggerFactory loggers)
    {
        _options = options;
        var output = plan.Output();
        var sinks = PipelineSinks.Encoders(options, plan, output);
        _sinks = sinks.Count;
        _enricher = plan.CreateEnricher([.. sinks, new EnrichedSink("explain", _explaining, null)], sources, output, _metrics, loggers);
    }

    /// <summary>Explains one event.</summary>
    /// <param name="source">Name of the source entry that the event belongs to.</param>
    /// <param name="topic">Topic that it is taken to come from; the position is partition 0, offset 0.</param>
    /// <param name="timestamp">The record's time, milliseconds since 1970-01-01 UTC.</param>
    /// <param name="value">The event as it would be in Kafka.</param>
    /// <param name="cancellation">Ends waiting for attribution.</param>
    public async Task<Explanation> ExplainAsync(string source, string topic, long timestamp, ReadOnlyMemory<byte> value, CancellationToken cancellation)
    {
        _explaining.Begin();
        var lease = new PartitionLease(source, topic, 0, new long[_sinks + 1]);
        var batch = new EventBatch(EventBatch.SizeOf(lease, 0, value.Length, 0), 1, MemoryLease.Unlimited);
        batch.TryAppend(lease, 0, timestamp, value.Span, false, default, true, default);
        var enriched = await _enricher.EnrichAsync(batch, cancellation);
        try
        {
            return new Explanation
            {
                Topic = topic,
                Source = source,
                Refused = enriched.Rejected.Count > 0 ? new ExplainedRefusal(enriched.Rejected[0].Reason, enriched.Rejected[0].Detail) : null,
                Event = _explaining.Event,
                Sinks = enriched.Rejected.Count > 0 ? [] : [.. _options.ActiveSinks.Select((sink, index) => Sink(sink.Key, sink.Value, enriched.BySink[index]))],
            };
        }
        finally
        {
            foreach (var encoded in enriched.BySink)
            {
                encoded?.Dispose();
            }

            enriched.Source.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _metrics.Dispose();

    private static ExplainedSink Sink(string name, SinkOptions sink, EncodedBatch? encoded)
    {
        var items = new List<ExplainedItem>();
        for (var index = 0; index < (encoded?.Count ?? 0); index++)
        {
            var item = encoded!.Items[index];
            items.Add(new ExplainedItem(item.KeyLength == 0 ? null : Encoding.UTF8.GetString(encoded.Key(item).Span), Encoding.UTF8.GetString(encoded.Value(item).Span)));
        }

        var outcome = items.Count > 0 ? ExplainedSink.Sent
            : sink.When is not null && encoded is null ? "not sent: its condition (when) does not hold"
            : "not sent: it has nothing to say of this event";
        return new ExplainedSink(name, sink.Kind!.Name, sink.Kind.Address, outcome, items);
    }
}
