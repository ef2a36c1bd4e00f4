namespace StreamEnricher.Core.Delivery;

/// <summary>A dead letter as it lies in a store.</summary>
public sealed record StoredDeadLetter
{
    /// <summary>Where it lies: file and line, or topic, partition and offset.</summary>
    public required string Place { get; init; }

    /// <summary>32 hex digits.</summary>
    public required string EventId { get; init; }

    /// <summary>One word of <see cref="DeadLetterReason"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>One sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The sink that refused it; <c>*</c>: before the fan-out.</summary>
    public required string Sink { get; init; }

    /// <summary>Topic of the record.</summary>
    public required string Topic { get; init; }

    /// <summary>Partition of the record.</summary>
    public required int Partition { get; init; }

    /// <summary>Offset of the record.</summary>
    public required long Offset { get; init; }

    /// <summary>How often the sink was asked.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was refused.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Kafka timestamp of the record, milliseconds since 1970-01-01 UTC.</summary>
    public long Timestamp { get; init; }

    /// <summary>Key of the record; null for none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>Value of the record; null for none.</summary>
    public byte[]? Value { get; init; }

    /// <summary>Headers of the record itself.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]?>> Headers { get; init; } = [];
}
