using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Kafka.Producing;

/// <summary>A sink that writes to a Kafka topic.</summary>
public sealed record KafkaSinkOptions
{
    /// <summary>The sink's name in the pipeline.</summary>
    public required string Name { get; init; }

    /// <summary>Where to.</summary>
    public required string Topic { get; init; }

    /// <summary>The cluster.</summary>
    public required KafkaConnection Connection { get; init; }

    /// <summary>Reason of dead letters for records that Kafka refuses: <see cref="DeadLetterReason.KafkaRejected"/> or <see cref="DeadLetterReason.StixRejected"/>.</summary>
    public string RejectionReason { get; init; } = DeadLetterReason.KafkaRejected;

    /// <summary>Gathering, compression, limits.</summary>
    public ProducerSettings Producer { get; init; } = new();
}
