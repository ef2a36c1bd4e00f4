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

    /// <summary>One full batch with its encodings, the queues of the Kafka outputs, and the consumer's read-ahead, which is a share of the limit.</summary>
    public static long Of(PipelineOptions options)
    {
        var batch = BatchFormer.ReservationOf((int)options.Limits.Batch.Bytes, options.Limits.Batch.Events, EncodedFactor(options));
        var queues = options.ActiveSinks.Count(sink => sink.Value.Kind is KafkaSinkOptions or StixOptions) * (long)new ProducerSettings().QueueBytes;
        if (options.DeadLetters?.Topic is { } topic)
        {
            queues += new KafkaDeadLetterOptions { Topic = topic, Connection = new() { BootstrapServers = "" } }.Producer.QueueBytes;
        }

        var kept = batch + queues;
        return Math.Max(kept + ConsumerProperties.SmallestPrefetch, kept * ConsumerProperties.PrefetchShare / (ConsumerProperties.PrefetchShare - 1)) + 1;
    }
}
