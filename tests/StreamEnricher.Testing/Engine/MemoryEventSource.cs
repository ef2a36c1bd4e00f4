using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>A source of one partition with batches of one record; notes what is committed.</summary>
internal sealed class MemoryEventSource(int batches, int sinks, MemoryBudget? budget = null) : IEventSource
{
    /// <summary>The assignment.</summary>
    public PartitionLease Lease { get; } = new("source", "topic", 0, new long[sinks]);

    /// <summary>The last progress committed.</summary>
    public PartitionProgress? Committed { get; private set; }

    /// <summary>Commits fail while this is positive.</summary>
    public int FailingCommits { get; set; }

    /// <summary>Reading goes on until stopped, with nothing more to read.</summary>
    public bool StaysOpen { get; init; }

    /// <inheritdoc />
    public IReadOnlyDictionary<TopicPartitionName, long>? EndOffsets { get; } = new Dictionary<TopicPartitionName, long> { [new("topic", 0)] = batches };

    /// <inheritdoc />
    public async Task RunAsync(SourceHandlers handlers, CancellationToken stop)
    {
        handlers.Assigned([Lease]);
        for (var i = 0; i < batches && !stop.IsCancellationRequested; i++)
        {
            var batch = new EventBatch(256, 1, budget?.TryReserve(1000) ?? MemoryLease.Unlimited);
            batch.TryAppend(Lease, i, 0, "{}"u8, false, default, true, default);
            while (!handlers.TryPost(batch))
            {
                await Task.Yield();
            }
        }

        if (StaysOpen)
        {
            var stopped = new TaskCompletionSource();
            await using var registration = stop.Register(stopped.SetResult);
            await stopped.Task;
        }
    }

    /// <inheritdoc />
    public Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation)
    {
        if (FailingCommits > 0)
        {
            FailingCommits--;
            throw new IOException("the coordinator is loading");
        }

        Committed = progress[^1];
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
