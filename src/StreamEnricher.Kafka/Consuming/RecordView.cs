namespace StreamEnricher.Kafka.Consuming;

/// <summary>A record as the client holds it, or the notice that a partition's end was reached. Valid until the reader moves on.</summary>
internal ref struct RecordView
{
    /// <summary>Topic name.</summary>
    public string Topic { get; init; }

    /// <summary>Partition number.</summary>
    public int Partition { get; init; }

    /// <summary>The record's offset; for <see cref="IsEnd"/> the offset that the next record will have.</summary>
    public long Offset { get; init; }

    /// <summary>No record: the partition has been read to its end.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long Timestamp { get; init; }

    /// <summary>Value bytes.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>A tombstone.</summary>
    public bool ValueIsNull { get; init; }

    /// <summary>Key bytes.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>No key.</summary>
    public bool KeyIsNull { get; init; }

    /// <summary>Headers as <see cref="Core.Batches.RecordHeaders"/> writes them.</summary>
    public ReadOnlySpan<byte> Headers { get; init; }
}
