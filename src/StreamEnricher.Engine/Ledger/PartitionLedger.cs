using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Progress of one assignment of one partition: each sink has a prefix and open ranges of its own, so that what becomes of one sink's touches no other. Not
/// thread-safe: the ledger locks.
/// </summary>
internal sealed class PartitionLedger
{
    private readonly SettledPrefix[] _sinks;
    private long _end;
    private PartitionProgress? _snapshot;

    public PartitionLedger(PartitionLease lease)
    {
        Lease = lease;
        _sinks = [.. lease.SinkStarts.Select(start => new SettledPrefix(start))];
    }

    /// <summary>The assignment.</summary>
    public PartitionLease Lease { get; }

    /// <summary>When the oldest unsettled range was begun.</summary>
    public long? OldestBegun => _sinks.Select(sink => sink.OldestBegun).Where(begun => begun is not null).DefaultIfEmpty().Min();

    /// <summary>Begins a range in every sink.</summary>
    /// <exception cref="ArgumentException">It lies below one that was begun before: settling that one would pass over this.</exception>
    public OpenRange[] Begin(PartitionRange range, long begun)
    {
        if (range.First < _end)
        {
            throw new ArgumentException($"{Lease}: the range {range.First} to {range.Next} was posted behind one that ends at {_end}.", nameof(range));
        }

        _end = range.Next;
        return [.. _sinks.Select(sink => sink.Begin(range.Next, begun))];
    }

    /// <summary>A sink has settled a range.</summary>
    public void Settle(int sink, OpenRange range)
    {
        if (_sinks[sink].Settle(range))
        {
            _snapshot = null;
        }
    }

    /// <summary>Takes the range back that was begun last.</summary>
    public void Withdraw(long first, OpenRange[] ranges)
    {
        _end = first;
        for (var sink = 0; sink < _sinks.Length; sink++)
        {
            if (_sinks[sink].Withdraw(ranges[sink]))
            {
                _snapshot = null;
            }
        }
    }

    /// <summary>A sink has ranges in hand.</summary>
    public bool HasOpen(int sink) => _sinks[sink].OpenCount > 0;

    /// <summary>How far it is settled; the same instance until something changes.</summary>
    public PartitionProgress Snapshot() => _snapshot ??= new(Lease, _sinks.Min(sink => sink.Next), [.. _sinks.Select(sink => sink.Next)]);
}
