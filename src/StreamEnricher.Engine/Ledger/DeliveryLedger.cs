using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Keeps, for each partition and each sink, the contiguous prefix of settled offsets (invariant I1). A batch is begun in the order of reading, before anything can
/// settle it; sinks settle it in any order. Whatever belongs to a revoked assignment is ignored. Thread-safe.
/// </summary>
internal sealed class DeliveryLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PartitionLease, PartitionLedger> _partitions = new(ReferenceEqualityComparer.Instance);
    private readonly int _sinks;
    private readonly TimeProvider _time;

    /// <param name="sinks">Number of sinks, at least one.</param>
    /// <param name="time">Clock of the age of what is unsettled.</param>
    public DeliveryLedger(int sinks, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sinks, 1);
        _sinks = sinks;
        _time = time;
    }

    /// <summary>Starts to keep new assignments. Their starting places count as progress: a sink that begins must have a committed place, too.</summary>
    /// <exception cref="ArgumentException">A lease knows another number of sinks.</exception>
    public void Assign(IEnumerable<PartitionLease> leases)
    {
        lock (_gate)
        {
            foreach (var lease in leases)
            {
                if (lease.SinkStarts.Count != _sinks)
                {
                    throw new ArgumentException($"{lease} has starts for {lease.SinkStarts.Count} sinks, the pipeline has {_sinks}.", nameof(leases));
                }

                _partitions[lease] = new PartitionLedger(lease);
            }
        }
    }

    /// <summary>Begins the ranges of a batch. Batches of one partition must come in the order of their offsets.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public BatchTicket Begin(IReadOnlyList<PartitionRange> batch)
    {
        var begun = _time.GetTimestamp();
        lock (_gate)
        {
            var partitions = new PartitionLedger[batch.Count];
            var ranges = new OpenRange[batch.Count][];
            for (var i = 0; i < partitions.Length; i++)
            {
                // A batch of a partition that was revoked meanwhile is worked off for nothing: its ledger is nobody's.
                var lease = batch[i].Lease;
                partitions[i] = _partitions.TryGetValue(lease, out var known) ? known : new PartitionLedger(lease);
                ranges[i] = partitions[i].Begin(batch[i], begun);
            }

            return new BatchTicket(partitions, ranges);
        }
    }

    /// <summary>Undoes the last <see cref="Begin"/>: the batch was not taken after all.</summary>
    public void Withdraw(BatchTicket ticket, IReadOnlyList<PartitionRange> batch)
    {
        lock (_gate)
        {
            for (var i = 0; i < ticket.Partitions.Length; i++)
            {
                ticket.Partitions[i].Withdraw(batch[i].First, ticket.Ranges[i]);
            }
        }
    }

    /// <summary>A sink has settled its part of a batch. Settling twice changes nothing.</summary>
    public void Settle(BatchTicket ticket, int sink)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sink, _sinks);
        lock (_gate)
        {
            for (var i = 0; i < ticket.Partitions.Length; i++)
            {
                ticket.Partitions[i].Settle(sink, ticket.Ranges[i][sink]);
            }
        }
    }

    /// <summary>Ends assignments; returns how far each came: the last that this process may commit of them.</summary>
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

    /// <summary>Progress of all partitions. Instances are the same as before where nothing has changed.</summary>
    public IReadOnlyList<PartitionProgress> Progress()
    {
        lock (_gate)
        {
            return [.. _partitions.Values.Select(static partition => partition.Snapshot())];
        }
    }

    /// <summary>Some batch of this process's partitions is not settled in a sink.</summary>
    public bool HasUnsettled(int sink)
    {
        lock (_gate)
        {
            return _partitions.Values.Any(partition => partition.HasOpen(sink));
        }
    }

    /// <summary>The partitions of this process that some sink has not settled up to these offsets. Partitions without an end are not waited for.</summary>
    public IReadOnlyList<PartitionProgress> Behind(IReadOnlyDictionary<TopicPartitionName, long> ends) =>
        [.. Progress().Where(one => ends.TryGetValue(new TopicPartitionName(one.Lease.Topic, one.Lease.Partition), out var end) && one.All < end)];

    /// <summary>For each partition how long its oldest unsettled batch has been here; zero when there is none.</summary>
    public IReadOnlyList<(PartitionLease Lease, TimeSpan Age)> Ages()
    {
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            return [.. _partitions.Values.Select(partition =>
                (partition.Lease, partition.OldestBegun is { } begun ? _time.GetElapsedTime(begun, now) : TimeSpan.Zero))];
        }
    }
}
