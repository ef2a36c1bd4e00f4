namespace StreamEnricher.Core.Sources;

/// <summary>What topics are about to delete before every sink has it. A snapshot.</summary>
/// <param name="ExpiresBelow">For partitions where records are about to be deleted: the offset below which they are.</param>
/// <param name="Sinks">How long sinks still have, where that is known: topics without retention have no entries.</param>
public sealed record RetentionReport(IReadOnlyDictionary<TopicPartitionName, long> ExpiresBelow, IReadOnlyList<SinkRetention> Sinks)
{
    /// <summary>Nothing is known, or nothing is ever deleted.</summary>
    public static RetentionReport None { get; } = new(new Dictionary<TopicPartitionName, long>(), []);
}

/// <summary>How long it takes until a topic deletes what a sink has not settled.</summary>
/// <param name="Sink">The sink's place in the pipeline's order.</param>
/// <param name="Partition">Where.</param>
/// <param name="Left">The time; the topic's whole retention for a sink that is at the end.</param>
/// <param name="IsShort">It is short enough to warn.</param>
public sealed record SinkRetention(int Sink, TopicPartitionName Partition, TimeSpan Left, bool IsShort);
