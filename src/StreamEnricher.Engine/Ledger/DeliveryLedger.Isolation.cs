using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Which sinks the main flow serves, and which read on their own. A sink goes round: attached, leaving, detached, joining, attached. It is all or nothing for the
/// partitions of this process, and in the ledger so that a batch, a rebalance and a change of mode never see each other half done.
/// </summary>
internal sealed partial class DeliveryLedger
{
    /// <summary>How a sink is served.</summary>
    public SinkMode Mode(int sink)
    {
        lock (_gate)
        {
            return _modes[sink];
        }
    }

    /// <summary>Whether the main flow serves any sink.</summary>
    public bool AnyAttached()
    {
        lock (_gate)
        {
            return Array.Exists(_modes, static mode => mode is SinkMode.Attached or SinkMode.Joining);
        }
    }

    /// <summary>Records between what a sink has settled and what the main flow has read, in all partitions together.</summary>
    public long Lag(int sink)
    {
        lock (_gate)
        {
            return _partitions.Values.Sum(partition => partition.Lag(sink));
        }
    }

    /// <summary>Some of what a sink has not settled lies below these offsets.</summary>
    public bool IsBelow(int sink, IReadOnlyDictionary<TopicPartitionName, long> offsets)
    {
        lock (_gate)
        {
            return _partitions.Any(one => offsets.TryGetValue(new TopicPartitionName(one.Key.Topic, one.Key.Partition), out var offset) && one.Value.Next(sink) < offset);
        }
    }

    /// <summary>The sum of the offsets up to which a sink has settled its partitions: it moves when the sink does.</summary>
    public long Settled(int sink)
    {
        lock (_gate)
        {
            return _partitions.Values.Sum(partition => partition.Next(sink));
        }
    }

    /// <summary>Whether a sink may still begin to deliver its part of a batch: it was meant to get it, and was not detached since.</summary>
    public bool Wants(BatchTicket ticket, int sink)
    {
        lock (_gate)
        {
            return WantsAny(ticket, sink);
        }
    }

    /// <summary>A sink that gets nothing of a batch has settled it, unless that is because it was detached.</summary>
    public void Skip(BatchTicket ticket, int sink)
    {
        lock (_gate)
        {
            if (WantsAny(ticket, sink))
            {
                SettleRanges(ticket, sink);
            }
        }
    }

    /// <summary>The main flow goes on without a sink; false when it does already.</summary>
    public bool Detach(int sink)
    {
        lock (_gate)
        {
            if (_modes[sink] is SinkMode.Leaving or SinkMode.Detached)
            {
                return false;
            }

            _modes[sink] = SinkMode.Leaving;
            foreach (var partition in _partitions.Values)
            {
                partition.Detach(sink);
            }

            return true;
        }
    }

    /// <summary>A sink reads on its own from the beginning. Before anything is assigned.</summary>
    public void StartDetached(int sink)
    {
        lock (_gate)
        {
            _modes[sink] = SinkMode.Detached;
        }
    }

    /// <summary>What a detached sink's own reader has read is called off: it shall begin elsewhere.</summary>
    public void Leave(int sink)
    {
        lock (_gate)
        {
            Expect(sink, SinkMode.Detached);
            _modes[sink] = SinkMode.Leaving;
            foreach (var partition in _partitions.Values)
            {
                partition.CallOff(sink);
            }
        }
    }

    /// <summary>Nothing of a leaving sink is being delivered any more: its own reader may begin.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="places">Where it begins in each partition; null, or nothing for a partition: where it stands.</param>
    public void Restart(int sink, IReadOnlyDictionary<TopicPartitionName, long>? places = null)
    {
        lock (_gate)
        {
            Expect(sink, SinkMode.Leaving);
            _modes[sink] = SinkMode.Detached;
            foreach (var (lease, partition) in _partitions)
            {
                partition.Restart(sink, places is not null && places.TryGetValue(new TopicPartitionName(lease.Topic, lease.Partition), out var place) ? place : null);
            }
        }
    }

    /// <summary>What a sink's own reader has to read from now on. No other reader of the sink may be at work.</summary>
    public IReadOnlyList<CatchUpPartition> CatchUps(int sink)
    {
        lock (_gate)
        {
            if (_modes[sink] is not (SinkMode.Detached or SinkMode.Joining))
            {
                return [];
            }

            var partitions = new List<CatchUpPartition>();
            foreach (var partition in _partitions.Values)
            {
                if (partition.CatchUp(sink) is { } catchUp)
                {
                    _catchUps[catchUp.Lease] = partition;
                    partitions.Add(catchUp);
                }
            }

            return partitions;
        }
    }

    /// <summary>Begins the ranges of a batch of a sink's own reader; null when the sink was detached anew, and its reader has to begin anew.</summary>
    /// <exception cref="ArgumentException">The reader left something out.</exception>
    public BatchTicket? BeginCatchUp(int sink, IReadOnlyList<PartitionRange> batch)
    {
        var begun = _time.GetTimestamp();
        lock (_gate)
        {
            if (_modes[sink] is not (SinkMode.Detached or SinkMode.Joining))
            {
                return null;
            }

            var partitions = new PartitionLedger?[batch.Count];
            var ranges = new OpenRange?[batch.Count][];
            for (var i = 0; i < partitions.Length; i++)
            {
                partitions[i] = _catchUps.GetValueOrDefault(batch[i].Lease);
                ranges[i] = partitions[i]?.BeginCatchUp(sink, batch[i], begun) ?? new OpenRange?[_modes.Length];
            }

            return new BatchTicket(partitions, ranges);
        }
    }

    /// <summary>Whether the main flow of this run passes an offset that a sink's own reader has read, and so looks after what is refused before the fan-out.</summary>
    public bool IsPassed(PartitionLease catchUp, long offset)
    {
        lock (_gate)
        {
            return _catchUps.TryGetValue(catchUp, out var partition) && offset >= partition.MainStart;
        }
    }

    /// <summary>The main flow takes a sink along again; its own reader has to be stopped before, and begun anew for what is left.</summary>
    public void Join(int sink)
    {
        lock (_gate)
        {
            Expect(sink, SinkMode.Detached);
            _modes[sink] = SinkMode.Joining;
            foreach (var partition in _partitions.Values)
            {
                partition.Join(sink);
            }

            EndJoining(sink);
        }
    }

    private static bool WantsAny(BatchTicket ticket, int sink) => Array.Exists(ticket.Ranges, ranges => ranges[sink] is { IsCalledOff: false });

    private void EndJoining(int sink)
    {
        if (_modes[sink] == SinkMode.Joining && !_partitions.Values.Any(partition => partition.IsJoining(sink)))
        {
            _modes[sink] = SinkMode.Attached;
        }
    }

    /// <summary>Detaches the sinks that start far behind the others, but for one: somebody has to be served by the main flow.</summary>
    private List<int> DetachLaggards(IReadOnlyList<PartitionLease> leases)
    {
        var attached = Enumerable.Range(0, _modes.Length).Where(sink => _modes[sink] is SinkMode.Attached or SinkMode.Joining).ToList();
        var lags = attached.ToDictionary(sink => sink, sink => leases.Sum(lease => attached.Max(other => lease.SinkStarts[other]) - lease.SinkStarts[sink]));
        var laggards = attached.FindAll(sink => lags[sink] > _near && lags[sink] > lags.Values.Min());
        laggards.ForEach(sink => Detach(sink));
        return laggards;
    }

    private void Expect(int sink, SinkMode mode)
    {
        if (_modes[sink] != mode)
        {
            throw new InvalidOperationException($"Sink {sink} is {_modes[sink]}, not {mode}.");
        }
    }
}
