using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Sources;

/// <summary>What a sink that reads on its own still needs of a partition.</summary>
/// <param name="Lease">Names the partition; the batches are formed under it, and only this sink needs anything of them.</param>
/// <param name="From">The first offset to read.</param>
/// <param name="Until">The first offset not to read any more; <see cref="PartitionLease.Never"/> to go on for good.</param>
/// <param name="Has">What the sink has already in between: covered by batches, but without records. In the order of offsets; null for nothing.</param>
public sealed record CatchUpPartition(PartitionLease Lease, long From, long Until, IReadOnlyList<OffsetRange>? Has = null)
{
    /// <summary>The sink has an offset already.</summary>
    public bool HasAlready(long offset) => Has is { Count: > 0 } && Has.Any(range => offset >= range.First && offset < range.Next);
}

/// <summary>Offsets of one partition.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Next">One above the highest.</param>
public readonly record struct OffsetRange(long First, long Next);

/// <summary>
/// Reads partitions for one sink alone, beside the main flow and outside of its group, and posts batches that cover every offset from each partition's From to its
/// Until. Their bytes come from the same budget. Ends when all is posted, or when cancelled; a batch that was refused meanwhile is let go.
/// </summary>
/// <param name="sink">The sink's place in the pipeline's order.</param>
/// <param name="partitions">What to read.</param>
/// <param name="tryPost">Takes over a batch (and one reference), or false when it must be kept and offered again.</param>
/// <param name="stop">Ends reading.</param>
public delegate Task CatchUpReader(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost, CancellationToken stop);
