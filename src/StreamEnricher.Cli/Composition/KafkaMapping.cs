using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Cli.Composition;

/// <summary>The pipeline's Kafka cluster and source as the client wants them.</summary>
internal static class KafkaMapping
{
    /// <summary>The cluster.</summary>
    public static KafkaConnection Connection(PipelineOptions options) => new() { BootstrapServers = options.Kafka.BootstrapServers, Properties = options.Kafka.Properties };

    /// <summary>What is read.</summary>
    public static KafkaSourceOptions Source(PipelineOptions options, bool exitAtEnd) => new()
    {
        Connection = Connection(options),
        GroupId = options.Kafka.GroupId,
        Sources = [.. options.Sources.Select(source => new KafkaSourceEntry(source.Key, source.Value.Topics))],
        Sinks = [.. options.ActiveSinks.Select(sink => new KafkaSinkStart(sink.Key, Enum.Parse<SinkStart>(sink.Value.Start, ignoreCase: true)))],
        BatchEvents = options.Limits.Batch.Events,
        BatchBytes = (int)options.Limits.Batch.Bytes,
        BatchLinger = options.Limits.Batch.Linger,
        EncodedFactor = MemoryNeed.EncodedFactor(options),
        ExitAtEnd = exitAtEnd,
    };
}
