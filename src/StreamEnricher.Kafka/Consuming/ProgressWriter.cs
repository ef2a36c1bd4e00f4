using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Commits what the engine reports: the main group's offsets are stored for the client's next auto-commit, each sink's are written to its own group.</summary>
/// <remarks>Only what changed is written, one request a sink. Thread-safe; progress of a lease that ended is ignored.</remarks>
internal sealed class ProgressWriter(IConsumer<byte[], byte[]> consumer, GroupOffsets groups, KafkaSourceOptions options, ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _oneCommit = new(1);
    private readonly Dictionary<PartitionLease, Written> _written = [];
    private readonly string?[] _lastError = new string?[options.Sinks.Count];

    /// <summary>The leases that are kept, and what is committed of each in the main group (-1 for nothing yet) and in each sink's.</summary>
    public IReadOnlyList<(PartitionLease Lease, long Main, long[] BySink)> Snapshot()
    {
        lock (_gate)
        {
            return [.. _written.Select(static pair => (pair.Key, pair.Value.Main, (long[])pair.Value.BySink.Clone()))];
        }
    }

    /// <summary>Begins to keep a lease.</summary>
    public void Track(PartitionLease lease, PartitionStart start)
    {
        lock (_gate)
        {
            _written[lease] = new Written((long[])start.Committed.Clone(), start.Offset);
        }

        for (var sink = 0; sink < options.Sinks.Count; sink++)
        {
            options.Sinks[sink].Gate?.Begin(new TopicPartition(lease.Topic, lease.Partition), start.SinkStarts[sink]);
        }
    }

    /// <summary>For each of these partitions that is here an offset that the main group may stand at.</summary>
    public IReadOnlyList<TopicPartitionOffset> MainPlaces(IReadOnlyList<TopicPartition> partitions)
    {
        lock (_gate)
        {
            return [.. _written.Where(pair => partitions.Contains(new TopicPartition(pair.Key.Topic, pair.Key.Partition)))
                .Select(static pair => Offset(pair.Key, pair.Value.Main >= 0 ? pair.Value.Main : pair.Value.Start))];
        }
    }

    /// <summary>Ends keeping a lease: whatever is reported of it later is ignored.</summary>
    public void Forget(PartitionLease lease)
    {
        lock (_gate)
        {
            _written.Remove(lease);
        }
    }

    /// <summary>Stores and writes progress. A failure is logged and made good by the next call.</summary>
    public async Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation)
    {
        await _oneCommit.WaitAsync(cancellation);
        try
        {
            Store(progress);
            await CommitSinksAsync(progress).WaitAsync(cancellation);
        }
        finally
        {
            _oneCommit.Release();
        }
    }

    /// <summary>The same from within a rebalance callback, which can only block; bounded by <paramref name="timeout"/>.</summary>
    public void Commit(IReadOnlyList<PartitionProgress> progress, TimeSpan timeout)
    {
        Store(progress);
        try
        {
            CommitSinksAsync(progress).WaitAsync(timeout).GetAwaiter().GetResult();
        }
        catch (TimeoutException error)
        {
            Log.SinkCommitFailed(logger, options.GroupId + ".*", error.Message);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _oneCommit.Dispose();

    private void Store(IReadOnlyList<PartitionProgress> progress)
    {
        foreach (var partition in progress)
        {
            lock (_gate)
            {
                if (partition.All < 0 || !_written.TryGetValue(partition.Lease, out var written) || partition.All == written.Main)
                {
                    continue;
                }

                try
                {
                    consumer.StoreOffset(Offset(partition.Lease, partition.All));
                    written.Main = partition.All;
                }
                catch (KafkaException error) when (error.Error.Code is ErrorCode.Local_State or ErrorCode.Local_UnknownPartition)
                {
                    // The partition has just gone elsewhere; its callback comes with the next poll, and its new owner reads from the last commit.
                    written.Main = -1;
                }
            }
        }
    }

    private Task CommitSinksAsync(IReadOnlyList<PartitionProgress> progress)
    {
        var commits = new List<Task>();
        for (var sink = 0; sink < options.Sinks.Count; sink++)
        {
            var changed = Changed(progress, sink);
            if (changed.Count > 0)
            {
                commits.Add(CommitSinkAsync(sink, changed));
            }
        }

        return Task.WhenAll(commits);
    }

    private List<(PartitionLease Lease, long Offset)> Changed(IReadOnlyList<PartitionProgress> progress, int sink)
    {
        lock (_gate)
        {
            return [.. progress.Where(partition => partition.BySink[sink] >= 0 && _written.TryGetValue(partition.Lease, out var written) && written.BySink[sink] != partition.BySink[sink])
                .Select(partition => (partition.Lease, partition.BySink[sink]))];
        }
    }

    private async Task CommitSinkAsync(int sink, List<(PartitionLease Lease, long Offset)> changed)
    {
        var name = options.Sinks[sink].Name;
        try
        {
            IReadOnlyList<TopicPartitionOffset> offsets = [.. changed.Select(static partition => Offset(partition.Lease, partition.Offset))];
            if (options.Sinks[sink].Gate is not { } gate)
            {
                await groups.CommitAsync(sink, offsets);
            }
            else if (!await gate.TryCommitAsync(offsets, later => groups.CommitAsync(sink, later)))
            {
                // Its transaction writes them.
                return;
            }
        }
        catch (KafkaException error)
        {
            Report(sink, GroupOffsets.GroupOf(options.GroupId, name), error);
            return;
        }

        lock (_gate)
        {
            _lastError[sink] = null;
            foreach (var (lease, offset) in changed)
            {
                if (_written.TryGetValue(lease, out var written))
                {
                    written.BySink[sink] = offset;
                }
            }
        }
    }

    private void Report(int sink, string group, KafkaException error)
    {
        var partitionError = (error as TopicPartitionOffsetException)?.Results.Select(static partition => partition.Error).FirstOrDefault(static partition => partition.IsError);
        var cause = partitionError ?? error.Error;
        lock (_gate)
        {
            if (_lastError[sink] == cause.Reason)
            {
                return;
            }

            _lastError[sink] = cause.Reason;
        }

        if (cause.Code is ErrorCode.UnknownMemberId or ErrorCode.NonEmptyGroup or ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration)
        {
            Log.SinkGroupHasMembers(logger, group);
        }
        else
        {
            Log.SinkCommitFailed(logger, group, cause.Reason);
        }
    }

    private static TopicPartitionOffset Offset(PartitionLease lease, long offset) => new(lease.Topic, lease.Partition, offset);

    private sealed class Written(long[] bySink, long start)
    {
        /// <summary>Where reading began: no sink stands below.</summary>
        public long Start => start;

        public long Main { get; set; } = -1;

        public long[] BySink { get; } = bySink;
    }
}
