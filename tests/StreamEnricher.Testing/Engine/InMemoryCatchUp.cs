using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>Reads the partitions of an <see cref="InMemorySource"/> for a sink that is detached, batch by batch under the same budget.</summary>
/// <param name="records">Records of each partition of topic <c>t</c>.</param>
/// <param name="batchEvents">Records in a batch.</param>
/// <param name="memory">Where batches take their bytes from.</param>
public sealed class InMemoryCatchUp(IReadOnlyList<long> records, int batchEvents, MemoryBudget memory)
{
    private int _runs;

    /// <summary>Bytes that a batch reserves before it is formed.</summary>
    public long BatchBytes { get; init; } = 64 << 10;

    /// <summary>How often a reader was started.</summary>
    public int Runs => Volatile.Read(ref _runs);

    /// <inheritdoc cref="CatchUpReader" />
    public async Task ReadAsync(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost, CancellationToken stop)
    {
        Interlocked.Increment(ref _runs);
        var positions = partitions.Select(static partition => partition.From).ToArray();
        while (!stop.IsCancellationRequested && partitions.Where((partition, i) => positions[i] < partition.Until).Any())
        {
            var read = false;
            for (var i = 0; i < partitions.Count && !stop.IsCancellationRequested; i++)
            {
                var end = Math.Min(partitions[i].Until, records[partitions[i].Lease.Partition]);
                var count = (int)Math.Min(batchEvents, end - positions[i]);
                if (count > 0 && memory.TryReserve(BatchBytes, BatchBytes) is { } bytes)
                {
                    read = true;
                    positions[i] += await PostAsync(EngineBatches.Of(partitions[i].Lease, positions[i], count, bytes, partitions[i].HasAlready), tryPost, stop) ? count : 0;
                }
            }

            if (!read)
            {
                await Task.Delay(1, CancellationToken.None);
            }
        }
    }

    private static async Task<bool> PostAsync(EventBatch batch, Func<EventBatch, bool> tryPost, CancellationToken stop)
    {
        while (!tryPost(batch))
        {
            if (stop.IsCancellationRequested)
            {
                batch.Release();
                return false;
            }

            await Task.Delay(1, CancellationToken.None);
        }

        return true;
    }
}
