namespace StreamEnricher.Core.Batches;

/// <summary>The position that identifies a record: where it stands, or for a replayed record where it stood first.</summary>
/// <param name="topic">UTF-8 topic.</param>
/// <param name="partition">Partition.</param>
/// <param name="offset">Offset.</param>
public readonly ref struct RecordPosition(ReadOnlySpan<byte> topic, int partition, long offset)
{
    /// <summary>UTF-8 topic.</summary>
    public ReadOnlySpan<byte> Topic { get; } = topic;

    /// <summary>Partition.</summary>
    public int Partition { get; } = partition;

    /// <summary>Offset.</summary>
    public long Offset { get; } = offset;
}
