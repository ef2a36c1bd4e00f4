using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Progress of one assignment of one partition: each sink has progress of its own, so that what becomes of one sink's touches no other. Not thread-safe: the
/// ledger locks.
/// </summary>
internal sealed class PartitionLedger
{
    private readonly SinkProgress[] _sinks;
    private readonly PartitionLease?[] _catchUps;
    private long _position;
    private PartitionProgress? _snapshot;

    /// <param name="lease">The assignment.</param>
    /// <param name="detached">Whether a sink reads on its own from the beginning.</param>
    public PartitionLedger(PartitionLease lease, Func<int, bool> detached)
    {
        Lease = lease;
        _sinks = [.. lease.SinkStarts.Select(start => new SinkProgress(start))];
        _catchUps = new PartitionLease?[_sinks.Length];
        var starts = lease.SinkStarts.ToArray();
        for (var sink = 0; sink < starts.Length; sink++)
        {
            if (detached(sink))
            {
                Detach(sink);
            }
        }

        MainStart = lease.FirstNeeded == PartitionLease.Never ? starts.Max() : lease.FirstNeeded;
        _position = MainStart;
    }

    /// <summary>The assignment.</summary>
    public PartitionLease Lease { get; }

    /// <summary>Where the main flow began: it passes every offset from there on.</summary>
    public long MainStart { get; }

    /// <summary>When the oldest unsettled range was begun.</summary>
    public long? OldestBegun => _sinks.Select(sink => sink.OldestBegun).Where(begun => begun is not null).DefaultIfEmpty().Min();

    /// <summary>Begins a range of the main flow; null for each sink that does not get it from there.</summary>
    /// <exception cref="ArgumentException">It lies below one that was begun before: settling that one would pass over this.</exception>
    public OpenRange?[] Begin(PartitionRange range, long begun)
    {
        if (range.First < _position)
        {
            throw new ArgumentException($"{Lease}: the range {range.First} to {range.Next} was posted behind one that ends at {_position}.", nameof(range));
        }

        _position = range.Next;
        return Array.ConvertAll(_sinks, sink => sink.Begin(range.Next, begun));
    }

    /// <summary>Begins a range of a sink's own reader; null for all other sinks.</summary>
    /// <exception cref="ArgumentException">It lies elsewhere than behind the one before: settling it would pass over something.</exception>
    public OpenRange?[] BeginCatchUp(int sink, PartitionRange range, long begun)
    {
        if (range.First != _sinks[sink].Read)
        {
            throw new ArgumentException($"{Lease}: sink {sink} was to read on at {_sinks[sink].Read}, and the range {range.First} to {range.Next} was posted.", nameof(range));
        }

        var ranges = new OpenRange?[_sinks.Length];
        ranges[sink] = _sinks[sink].BeginCatchUp(range.Next, begun);
        return ranges;
    }

    /// <summary>A sink has settled a range.</summary>
    public void Settle(int sink, OpenRange range) => Changed(_sinks[sink].Settle(range));

    /// <summary>Takes the range back that was begun last.</summary>
    public void Withdraw(long first, OpenRange?[] ranges)
    {
        _position = first;
        for (var sink = 0; sink < _sinks.Length; sink++)
        {
            if (ranges[sink] is { } range)
            {
                Changed(_sinks[sink].Withdraw(range));
            }
        }
    }

    /// <summary>A sink has ranges in hand.</summary>
    public bool HasOpen(int sink) => _sinks[sink].HasOpen;

    /// <summary>The offset below which a sink has settled everything.</summary>
    public long Next(int sink) => _sinks[sink].Next;

    /// <summary>Records between what a sink has settled and what the main flow has read.</summary>
    public long Lag(int sink) => Math.Max(0, _position - _sinks[sink].Next);

    /// <summary>The main flow goes on without a sink.</summary>
    public void Detach(int sink)
    {
        _sinks[sink].Detach();
        Lease.MoveSinkStart(sink, PartitionLease.Never);
    }

    /// <summary>What a sink has in hand is called off.</summary>
    public void CallOff(int sink) => _sinks[sink].Detach();

    /// <summary>A sink's own reader begins where the sink stands, or at another place.</summary>
    public void Restart(int sink, long? place)
    {
        if (place is { } there)
        {
            _sinks[sink].Rewind(there);
            _snapshot = null;
        }
        else
        {
            _sinks[sink].Restart();
        }
    }

    /// <summary>The main flow takes a sink along again from where it stands.</summary>
    public void Join(int sink)
    {
        Lease.MoveSinkStart(sink, _sinks[sink].Join(_position));
        _snapshot = null;
    }

    /// <summary>A sink's own reader has not got to where the main flow has taken over.</summary>
    public bool IsJoining(int sink) => _sinks[sink].JoinAt is not null;

    /// <summary>What a sink's own reader has to read; null when the main flow delivers all of it.</summary>
    public CatchUpPartition? CatchUp(int sink)
    {
        var progress = _sinks[sink];
        return progress.ReadsOnItsOwn
            ? new CatchUpPartition(_catchUps[sink] ??= CatchUpLease(sink), progress.Read, progress.JoinAt ?? PartitionLease.Never, progress.Has)
            : null;
    }

    /// <summary>The leases that sinks' own readers read under.</summary>
    public IEnumerable<PartitionLease> CatchUpLeases => _catchUps.Where(static lease => lease is not null)!;

    /// <summary>How far it is settled; the same instance until something changes.</summary>
    public PartitionProgress Snapshot() => _snapshot ??= new(Lease, _sinks.Min(sink => sink.Next), [.. _sinks.Select(sink => sink.Next)]);

    private PartitionLease CatchUpLease(int sink) =>
        new(Lease.Source, Lease.Topic, Lease.Partition, [.. Enumerable.Range(0, _sinks.Length).Select(other => other == sink ? 0 : PartitionLease.Never)]);

    private void Changed(bool grew)
    {
        if (grew)
        {
            _snapshot = null;
        }
    }
}
