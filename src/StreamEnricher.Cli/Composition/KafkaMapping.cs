using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Setup;

namespace StreamEnricher.Cli.Composition;

/// <summary>The pipeline's Kafka cluster and source as the client wants them.</summary>
internal static class KafkaMapping
{
    /// <summary>The cluster.</summary>
    public static KafkaConnection Connection(PipelineOptions options) => new() { BootstrapServers = options.Kafka.BootstrapServers, Properties = options.Kafka.Properties };

    /// <summary>A sink writes its outputs and its offsets in transactions.</summary>
    public static bool IsExactlyOnce(SinkOptions sink) => sink.Kind is KafkaSinkOptions { ExactlyOnce: true };

    /// <summary>A sink needs the batches of a partition in order: it delivers exactly once, or counts.</summary>
    public static bool IsInOrder(SinkOptions sink) => IsExactlyOnce(sink) || StixAggregation.Is(sink);

    /// <summary>A sink writes in transactions that prove that the partitions are this process's.</summary>
    public static bool IsFenced(SinkOptions sink) => IsExactlyOnce(sink) || StixAggregation.IsInKafka(sink);

    /// <summary>The source entries.</summary>
    public static IReadOnlyList<KafkaSourceEntry> Sources(PipelineOptions options) =>
        [.. options.ReadSources.Select(source => new KafkaSourceEntry(source.Key, source.Value.Topics))];

    /// <summary>The topics that the pipeline writes to.</summary>
    public static IReadOnlyList<KafkaTopicRequest> OutputTopics(PipelineOptions options)
    {
        var topics = options.ActiveSinks
            .Select(sink => sink.Value.Kind switch { StixOptions { To: StixTopic to } => to.Topic, KafkaSinkOptions kafka => kafka.Topic, _ => "" })
            .Append(options.Api?.Topic ?? "")
            .Where(topic => topic.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Select(topic => new KafkaTopicRequest(topic))
            .ToList();
        topics.AddRange(options.ActiveSinks.Where(static sink => StixAggregation.IsInKafka(sink.Value))
            .Select(sink => new KafkaTopicRequest(StixAggregation.StateTopic(sink.Key, (StixOptions)sink.Value.Kind!, options), Compacted: true)));
        if (options.DeadLetters?.Topic is { Length: > 0 } deadLetters)
        {
            topics.Add(new KafkaTopicRequest(deadLetters, DeadLetters: true));
        }

        return topics;
    }

    /// <summary>What is read.</summary>
    public static KafkaSourceOptions Source(PipelineOptions options, bool exitAtEnd) => new()
    {
        Connection = Connection(options),
        GroupId = options.Kafka.GroupId,
        Sources = Sources(options),
        Sinks = [.. options.ActiveSinks.Select(sink => new KafkaSinkStart(sink.Key, Enum.Parse<SinkStart>(sink.Value.Start, ignoreCase: true), sink.Value.Kind!.Expansion))],
        BatchEvents = options.Limits.Batch.Events,
        BatchBytes = (int)options.Limits.Batch.Bytes,
        BatchLinger = options.Limits.Batch.Linger,
        EncodedFactor = MemoryNeed.EncodedFactor(options),
        ExitAtEnd = exitAtEnd,
    };
}
