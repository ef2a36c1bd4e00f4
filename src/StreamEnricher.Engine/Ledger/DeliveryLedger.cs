using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Keeps, for each partition and each sink, the contiguous prefix of settled offsets (invariant I1). A batch is begun in the order of reading, before anything can
/// settle it; sinks settle it in any order. Whatever belongs to a revoked assignment is ignored. Thread-safe.
/// </summary>
internal sealed class DeliveryLedger(int sinks, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PartitionLease, PartitionLedger> _partitions = new(ReferenceEqualityComparer.Instance);

    /// <summary>Starts to keep new assignments. Their starting places count as progress: a sink that begins must have a committed place, too.</summary>
    public void Assign(IEnumerable<PartitionLease> leases)
    {
        lock (_gate)
        {
            foreach (var lease in leases)
            {
                _partitions[lease] = new PartitionLedger(lease) { HasNews = true };
            }
        }
    }

    /// <summary>Begins a batch. Batches of one partition must come in the order of their offsets.</summary>
    public BatchTicket Begin(EventBatch batch)
    {
        var begun = time.GetTimestamp();
        lock (_gate)
        {
            var partitions = new PartitionLedger[batch.Ranges.Count];
            var ranges = new OpenRange[batch.Ranges.Count][];
            for (var i = 0; i < partitions.Length; i++)
            {
                // A batch of a partition that was revoked meanwhile is worked off for nothing: its ledger is nobody's.
                var lease = batch.Ranges[i].Lease;
                partitions[i] = _partitions.TryGetValue(lease, out var known) ? known : new PartitionLedger(lease);
                ranges[i] = partitions[i].Begin(batch.Ranges[i], begun);
            }

            return new BatchTicket(partitions, ranges);
        }
    }

    /// <summary>A sink has settled its part of a batch.</summary>
    public void Settle(BatchTicket ticket, int sink)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sink, sinks);
        lock (_gate)
        {
            for (var i = 0; i < ticket.Partitions.Length; i++)
            {
                ticket.Partitions[i].Settle(sink, ticket.Ranges[i][sink]);
            }
        }
    }

    /// <summary>Ends assignments; returns how far each came.</summary>
    public IReadOnlyList<PartitionProgress> Revoke(IReadOnlyList<PartitionLease> leases)
    {
        lock (_gate)
        {
            var progress = new List<PartitionProgress>();
            foreach (var lease in leases)
            {
                if (_partitions.Remove(lease, out var partition))
                {
                    progress.Add(partition.Snapshot());
                }
            }

            return progress;
        }
    }

    /// <summary>Progress since the last call, of the partitions that have any.</summary>
    public IReadOnlyList<PartitionProgress> TakeProgress()
    {
        lock (_gate)
        {
            List<PartitionProgress>? progress = null;
            foreach (var partition in _partitions.Values)
            {
                if (partition.HasNews)
                {
                    partition.HasNews = false;
                    (progress ??= []).Add(partition.Snapshot());
                }
            }

            return (IReadOnlyList<PartitionProgress>?)progress ?? [];
        }
    }

    /// <summary>Progress could not be committed: it is news again.</summary>
    public void GiveBack(IEnumerable<PartitionProgress> progress)
    {
        lock (_gate)
        {
            foreach (var one in progress)
            {
                if (_partitions.TryGetValue(one.Lease, out var partition))
                {
                    partition.HasNews = true;
                }
            }
        }
    }

    /// <summary>Whether every sink has settled every partition of this process up to these offsets. Partitions without an end are not waited for.</summary>
    public bool HasReached(IReadOnlyDictionary<TopicPartitionName, long> ends)
    {
        lock (_gate)
        {
            return _partitions.Values.All(partition =>
                !ends.TryGetValue(new TopicPartitionName(partition.Lease.Topic, partition.Lease.Partition), out var end) || partition.All >= end);
        }
    }

    /// <summary>All partitions, for metrics: progress, and the age of the oldest unsettled batch in seconds.</summary>
    public IReadOnlyList<(PartitionProgress Progress, double Age)> Describe()
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            return [.. _partitions.Values.Select(partition => (
                partition.Snapshot(),
                partition.OldestBegun is { } begun ? time.GetElapsedTime(begun, now).TotalSeconds : 0))];
        }
    }
}
