namespace StreamEnricher.Kafka.Producing;

/// <summary>What became of a record that was written once.</summary>
/// <param name="Partition">Where it is stored.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Timestamp">Its Kafka timestamp, Unix milliseconds.</param>
/// <param name="Failure">Why it is not known to be stored; null when it is.</param>
public readonly record struct WrittenRecord(int Partition, long Offset, long Timestamp, WriteFailure? Failure = null)
{
    /// <summary>It is stored.</summary>
    public bool IsStored => Failure is null;
}

/// <summary>Why a record is not known to be stored.</summary>
/// <param name="Reason">Kafka's words, without secrets.</param>
/// <param name="TooLarge">The record is larger than the topic takes; writing it again is of no use.</param>
public sealed record WriteFailure(string Reason, bool TooLarge);
