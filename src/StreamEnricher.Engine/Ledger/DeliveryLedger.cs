using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Keeps, for each partition and each sink, the contiguous prefix of settled offsets (invariant I1). A batch is begun in the order of reading, before anything can
/// settle it; sinks settle it in any order. Whatever belongs to a revoked assignment is ignored. Thread-safe.
/// </summary>
internal sealed partial class DeliveryLedger
{
    // No Lock: the tester that explores schedules (Coyote) can interrupt who holds a monitor, and not who waits for a Lock.
    private readonly object _gate = new();
    private readonly Dictionary<PartitionLease, PartitionLedger> _partitions = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PartitionLease, PartitionLedger> _catchUps = new(ReferenceEqualityComparer.Instance);
    private readonly SinkMode[] _modes;
    private readonly TimeProvider _time;
    private readonly long _near;

    /// <param name="sinks">Number of sinks, at least one.</param>
    /// <param name="time">Clock of the age of what is unsettled.</param>
    /// <param name="near">A sink that starts more records behind the others begins detached; null for never.</param>
    public DeliveryLedger(int sinks, TimeProvider time, long? near = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sinks, 1);
        _modes = new SinkMode[sinks];
        _time = time;
        _near = near ?? long.MaxValue;
    }

    /// <summary>
    /// Starts to keep new assignments. Their starting places count as progress: a sink that begins must have a committed place, too. Where the leases' sinks start may
    /// have changed when it returns: one that reads on its own needs nothing from the main flow.
    /// </summary>
    /// <returns>The sinks that were attached and are not any more, because they start far behind the others.</returns>
    /// <exception cref="ArgumentException">A lease knows another number of sinks.</exception>
    public IReadOnlyList<int> Assign(IReadOnlyList<PartitionLease> leases)
    {
        lock (_gate)
        {
            if (leases.FirstOrDefault(lease => lease.SinkStarts.Count != _modes.Length) is { } wrong)
            {
                throw new ArgumentException($"{wrong} has starts for {wrong.SinkStarts.Count} sinks, the pipeline has {_modes.Length}.", nameof(leases));
            }

            var laggards = DetachLaggards(leases);
            foreach (var lease in leases)
            {
                _partitions[lease] = new PartitionLedger(lease, sink => _modes[sink] is SinkMode.Leaving or SinkMode.Detached);
            }

            return laggards;
        }
    }

    /// <summary>Begins the ranges of a batch of the main flow. Batches of one partition must come in the order of their offsets.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public BatchTicket Begin(IReadOnlyList<PartitionRange> batch)
    {
        var begun = _time.GetTimestamp();
        lock (_gate)
        {
            var partitions = new PartitionLedger?[batch.Count];
            var ranges = new OpenRange?[batch.Count][];
            for (var i = 0; i < partitions.Length; i++)
            {
                // A partition that was revoked meanwhile is nobody's here: its new owner delivers what is read of it.
                partitions[i] = _partitions.GetValueOrDefault(batch[i].Lease);
                ranges[i] = partitions[i]?.Begin(batch[i], begun) ?? new OpenRange?[_modes.Length];
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
                ticket.Partitions[i]?.Withdraw(batch[i].First, ticket.Ranges[i]);
            }
        }
    }

    /// <summary>A sink has settled its part of a batch. Settling twice changes nothing.</summary>
    public void Settle(BatchTicket ticket, int sink)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sink, _modes.Length);
        lock (_gate)
        {
            SettleRanges(ticket, sink);
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

                    // A batch of several partitions must not count as wanted for the sake of one that is gone: what was called off of the others would be settled with it.
                    for (var sink = 0; sink < _modes.Length; sink++)
                    {
                        partition.CallOff(sink);
                    }

                    foreach (var catchUp in partition.CatchUpLeases)
                    {
                        catchUp.Revoke();
                        _catchUps.Remove(catchUp);
                    }
                }
            }

            for (var sink = 0; sink < _modes.Length; sink++)
            {
                EndJoining(sink);
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

    private void SettleRanges(BatchTicket ticket, int sink)
    {
        for (var i = 0; i < ticket.Partitions.Length; i++)
        {
            if (ticket.Ranges[i][sink] is { } range)
            {
                ticket.Partitions[i]?.Settle(sink, range);
            }
        }

        EndJoining(sink);
    }
}
