namespace StreamEnricher.Kafka.Progress;

/// <summary>Where a sink stands in a partition.</summary>
/// <param name="Sink">The sink's name.</param>
/// <param name="Topic">Topic name.</param>
/// <param name="Partition">Partition number.</param>
/// <param name="Settled">The offset below which the sink has settled everything; null when nothing is committed.</param>
/// <param name="Low">The first offset that the topic still has.</param>
/// <param name="High">One above its last.</param>
public sealed record SinkPlace(string Sink, string Topic, int Partition, long? Settled, long Low, long High)
{
    /// <summary>Records that the sink has not settled; null when it has no place yet.</summary>
    public long? Lag => Settled is { } settled ? Math.Max(0, High - settled) : null;
}

/// <summary>Where a sink shall go on: one of the two is set, or neither for the first record that the topic has.</summary>
/// <param name="Offset">At this offset, or the nearest that the topic has.</param>
/// <param name="Time">At the first record that is not older than this.</param>
public sealed record SinkTarget(long? Offset = null, DateTimeOffset? Time = null);
