using System.Text;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Explaining;

/// <summary>Takes one event the whole way to what the sinks would be sent, without sending it.</summary>
internal static class Explainer
{
    /// <summary>Explains one event.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="plan">Its formats and attribution.</param>
    /// <param name="source">Source entry that the event belongs to.</param>
    /// <param name="topic">Topic that it is taken to come from; the position is partition 0, offset 0, at 1970-01-01.</param>
    /// <param name="value">The event as it would be in Kafka.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    /// <param name="cancellation">Ends waiting for attribution.</param>
    public static async Task<Explanation> ExplainAsync(
        PipelineOptions options, EnrichmentPlan plan, SourceFormat source, string topic, ReadOnlyMemory<byte> value, ILoggerFactory loggers, CancellationToken cancellation)
    {
        using var metrics = new PipelineMetrics();
        var output = plan.Output();
        var explaining = new ExplainingEncoder();
        var sinks = PipelineSinks.Encoders(options, plan, output);
        var enricher = plan.CreateEnricher([.. sinks, new EnrichedSink("explain", explaining, null)], [source], output, metrics, loggers);
        var lease = new PartitionLease(source.Name, topic, 0, new long[sinks.Count + 1]);
        var batch = new EventBatch(EventBatch.SizeOf(lease, 0, value.Length, 0), 1, MemoryLease.Unlimited);
        batch.TryAppend(lease, 0, 0, value.Span, false, default, true, default);
        var enriched = await enricher.EnrichAsync(batch, cancellation);
        try
        {
            return new Explanation
            {
                Topic = topic,
                Source = source.Name,
                Refused = enriched.Rejected.Count > 0 ? new ExplainedRefusal(enriched.Rejected[0].Reason, enriched.Rejected[0].Detail) : null,
                Event = explaining.Event,
                Sinks = enriched.Rejected.Count > 0 ? [] : [.. options.ActiveSinks.Select((sink, index) => Sink(sink.Key, sink.Value, enriched.BySink[index]))],
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

    private static ExplainedSink Sink(string name, SinkOptions sink, EncodedBatch? encoded)
    {
        var items = new List<ExplainedItem>();
        for (var index = 0; index < (encoded?.Count ?? 0); index++)
        {
            var item = encoded!.Items[index];
            items.Add(new ExplainedItem(item.KeyLength == 0 ? null : Encoding.UTF8.GetString(encoded.Key(item).Span), Encoding.UTF8.GetString(encoded.Value(item).Span)));
        }

        var outcome = items.Count > 0 ? "sent"
            : sink.When is not null && encoded is null ? "not sent: its condition (when) does not hold"
            : "not sent: it has nothing to say of this event";
        return new ExplainedSink(name, sink.Kind!.Name, sink.Kind.Address, outcome, items);
    }
}
