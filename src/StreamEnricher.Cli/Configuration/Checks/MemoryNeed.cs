using StreamEnricher.Cli.Composition;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>The smallest memory limit that a pipeline works with.</summary>
internal static class MemoryNeed
{
    /// <summary>Least bytes of a batch.</summary>
    public const long SmallestBatch = 64L << 10;

    /// <summary>Most bytes of a batch.</summary>
    public const long LargestBatch = 256L << 20;

    /// <summary>Bytes that all sinks' encodings of a batch take together, as a multiple of the batch's own.</summary>
    public static double EncodedFactor(PipelineOptions options) => options.ActiveSinks.Sum(sink => sink.Value.Kind!.Expansion);

    /// <summary>One full batch with its encodings, the queues of the Kafka outputs, what the API keeps, one batch of a sink that reads on its own, and the read-ahead of both, which is a share of the limit.</summary>
    public static long Of(PipelineOptions options)
    {
        var batch = BatchFormer.ReservationOf((int)options.Limits.Batch.Bytes, options.Limits.Batch.Events, EncodedFactor(options));
        var queues = options.ActiveSinks.Count(sink => sink.Value.Kind is KafkaSinkOptions or StixOptions { To: StixTopic }) * (long)new ProducerSettings().QueueBytes;
        foreach (var stix in options.ActiveSinks.Select(static sink => sink.Value.Kind).OfType<StixOptions>().Where(static stix => stix.Aggregates))
        {
            queues += stix.StateMemory + (stix.StateFile is null ? new ProducerSettings().QueueBytes : 0);
        }

        if (options.DeadLetters?.Topic is { } topic)
        {
            queues += new KafkaDeadLetterOptions { Topic = topic, Connection = new() { BootstrapServers = "" } }.Producer.QueueBytes;
        }

        // Beside a full batch of the main flow there must be room for one of a sink that reads on its own.
        var catchUp = options.ActiveSinks
            .Select(sink => BatchFormer.ReservationOf((int)options.Limits.Batch.Bytes, options.Limits.Batch.Events, sink.Value.Kind!.Expansion))
            .DefaultIfEmpty().Max();
        var kept = batch + queues + catchUp + ApiParts.MemoryOf(options.Api);
        return Math.Max(kept + (2 * ConsumerProperties.SmallestPrefetch), (long)(kept / (1 - (1.0 / ConsumerProperties.PrefetchShare) - (1.0 / ConsumerProperties.CatchUpShare)))) + 1;
    }
}
