using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>
/// Reads partitions that exist in memory only, batch by batch under a memory budget, and ends when all were posted. Remembers what was committed, so that a
/// second source can go on there.
/// </summary>
/// <param name="records">Records of each partition of topic <c>t</c>; their values are their offsets.</param>
/// <param name="starts">For each partition the first offset that each sink needs.</param>
/// <param name="batchEvents">Records in a batch.</param>
/// <param name="memory">Where batches take their bytes from.</param>
public sealed class InMemorySource(IReadOnlyList<long> records, IReadOnlyList<long[]> starts, int batchEvents, MemoryBudget memory) : IEventSource
{
    private readonly Lock _gate = new();
    private readonly long[][] _committed = [.. starts.Select(static start => (long[])start.Clone())];
    private readonly long[] _committedAll = [.. starts.Select(static start => start.Min())];

    /// <summary>Bytes that a batch reserves before it is formed.</summary>
    public long BatchBytes { get; init; } = 64 << 10;

    /// <inheritdoc />
    public IReadOnlyDictionary<TopicPartitionName, long> EndOffsets { get; } =
        records.Select(static (count, partition) => (partition, count)).ToDictionary(static pair => new TopicPartitionName("t", pair.partition), static pair => pair.count);

    public string? Problem => null;

    /// <summary>For each partition what is committed of each sink.</summary>
    public IReadOnlyList<long[]> Committed
    {
        get
        {
            lock (_gate)
            {
                return [.. _committed.Select(static partition => (long[])partition.Clone())];
            }
        }
    }

    /// <summary>For each partition what is committed for all sinks.</summary>
    public IReadOnlyList<long> CommittedAll
    {
        get
        {
            lock (_gate)
            {
                return [.. _committedAll];
            }
        }
    }

    /// <inheritdoc />
    public async Task RunAsync(SourceHandlers handlers, CancellationToken stop)
    {
        var leases = starts.Select(static (start, partition) => new PartitionLease("source", "t", partition, start)).ToArray();
        handlers.Assigned(leases);
        var positions = leases.Select(static lease => lease.FirstNeeded).ToArray();
        for (var left = true; left && !stop.IsCancellationRequested;)
        {
            left = false;
            for (var partition = 0; partition < leases.Length && !stop.IsCancellationRequested; partition++)
            {
                var count = (int)Math.Min(batchEvents, records[partition] - positions[partition]);
                if (count > 0)
                {
                    left = true;
                    await PostAsync(handlers, leases[partition], positions[partition], count, stop);
                    positions[partition] += count;
                }
            }
        }
    }

    /// <inheritdoc />
    public Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation)
    {
        lock (_gate)
        {
            foreach (var partition in progress)
            {
                partition.BySink.ToArray().CopyTo(_committed[partition.Lease.Partition], 0);
                _committedAll[partition.Lease.Partition] = partition.All;
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task PostAsync(SourceHandlers handlers, PartitionLease lease, long first, int count, CancellationToken stop)
    {
        MemoryLease? bytes;
        while ((bytes = memory.TryReserve(BatchBytes)) is null)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Yield();
        }

        var batch = EngineBatches.Of(lease, first, count, bytes);
        while (!handlers.TryPost(batch))
        {
            if (stop.IsCancellationRequested)
            {
                batch.Release();
                return;
            }

            await Task.Yield();
        }
    }
}
