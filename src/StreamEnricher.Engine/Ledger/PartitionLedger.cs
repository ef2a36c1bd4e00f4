using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>Progress of one assignment of one partition in every sink.</summary>
internal sealed class PartitionLedger
{
    private readonly SettledPrefix[] _sinks;

    public PartitionLedger(PartitionLease lease)
    {
        Lease = lease;
        _sinks = [.. lease.SinkStarts.Select(start => new SettledPrefix(start))];
    }

    /// <summary>The assignment.</summary>
    public PartitionLease Lease { get; }

    /// <summary>Progress that was not handed out yet.</summary>
    public bool HasNews { get; set; }

    /// <summary>The offset below which every sink has settled everything.</summary>
    public long All => _sinks.Length == 0 ? 0 : _sinks.Min(sink => sink.Next);

    /// <summary>When the oldest unsettled range was begun.</summary>
    public long? OldestBegun => _sinks.Select(sink => sink.OldestBegun).Where(begun => begun is not null).DefaultIfEmpty().Min();

    public OpenRange[] Begin(PartitionRange range, long begun) => [.. _sinks.Select(sink => sink.Begin(range.Next, begun))];

    public void Settle(int sink, OpenRange range) => HasNews |= _sinks[sink].Settle(range);

    /// <summary>What a sink has settled.</summary>
    public long NextOf(int sink) => _sinks[sink].Next;

    public PartitionProgress Snapshot() => new(Lease, All, [.. _sinks.Select(sink => sink.Next)]);
}
