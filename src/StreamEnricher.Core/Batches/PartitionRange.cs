namespace StreamEnricher.Core.Batches;

/// <summary>The part of one partition that a batch covers: every offset from <see cref="First"/> up to but not including <see cref="Next"/>.</summary>
/// <remarks>Offsets may be missing in between (compaction, transaction markers, tombstones); they are settled with the range.</remarks>
public sealed class PartitionRange(PartitionLease lease, long first)
{
    /// <summary>The assignment that the records were read under.</summary>
    public PartitionLease Lease { get; } = lease;

    /// <summary>Lowest offset covered.</summary>
    public long First { get; } = first;

    /// <summary>One above the highest offset covered.</summary>
    public long Next { get; set; } = first;
}
