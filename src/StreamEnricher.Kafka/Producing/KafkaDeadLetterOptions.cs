namespace StreamEnricher.Kafka.Producing;

/// <summary>A dead letter topic.</summary>
public sealed record KafkaDeadLetterOptions
{
    /// <summary>Where to.</summary>
    public required string Topic { get; init; }

    /// <summary>The cluster.</summary>
    public required KafkaConnection Connection { get; init; }

    /// <summary>Gathering, compression, limits. Dead letters are rare, so the queue is small; a record may be as large as any source's.</summary>
    public ProducerSettings Producer { get; init; } = new() { QueueBytes = 4 << 20, MaxRecordBytes = 128 << 20 };
}
