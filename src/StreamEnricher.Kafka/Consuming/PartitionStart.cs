namespace StreamEnricher.Kafka.Consuming;

/// <summary>Where reading of a newly assigned partition begins.</summary>
/// <param name="Offset">The lowest offset that any sink needs.</param>
/// <param name="SinkStarts">For each sink the first offset that it needs.</param>
/// <param name="Committed">For each sink the offset that its group has committed; -1 for none.</param>
/// <param name="End">One above the last offset that can be read now.</param>
internal sealed record PartitionStart(long Offset, long[] SinkStarts, long[] Committed, long End);
