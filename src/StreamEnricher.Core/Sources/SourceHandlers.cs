using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Sources;

/// <summary>Names a partition.</summary>
public readonly record struct TopicPartitionName(string Topic, int Partition);

/// <summary>What a source tells the engine. All calls come from the source's poll thread and must return at once.</summary>
/// <param name="Assigned">New partitions, with their leases; the engine starts to keep their progress.</param>
/// <param name="Revoked">These leases end: the engine hands over what is settled (the result, committed before the partition goes) and ignores the rest.</param>
/// <param name="TryPost">Takes over a batch (and one reference), or false when the pipeline is full: keep it, pause, poll on, offer it again.</param>
public sealed record SourceHandlers(
    Action<IReadOnlyList<PartitionLease>> Assigned,
    Func<IReadOnlyList<PartitionLease>, IReadOnlyList<PartitionProgress>> Revoked,
    Func<EventBatch, bool> TryPost);

/// <summary>How far a partition is settled: in every sink, and in each.</summary>
/// <param name="Lease">The assignment.</param>
/// <param name="All">The offset below which every sink has settled everything; -1 when nothing is known yet.</param>
/// <param name="BySink">The same for each sink, in the pipeline's order.</param>
public sealed record PartitionProgress(PartitionLease Lease, long All, IReadOnlyList<long> BySink);
