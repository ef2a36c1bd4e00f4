using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.ConcurrencyTests.Ledger;

/// <summary>A process that was given the partition: what the engine does around its ledger, with a task for each thing that it does side by side.</summary>
internal sealed class Owner
{
    private const int Sinks = 2;
    private const int BatchSize = 2;
    private readonly Broker _broker;
    private readonly DeliveryLedger _ledger = new(Sinks, TimeProvider.System);
    private readonly PartitionLease _lease;
    private readonly int _generation;
    private readonly List<Task> _deliveries = [];
    private readonly int[] _inHand = new int[Sinks];
    private bool _stopped;

    public Owner(Broker broker)
    {
        _broker = broker;
        _lease = new PartitionLease("source", "t", 0, broker.Assign());
        _generation = broker.Generation;
        _ledger.Assign([_lease]);
    }

    /// <summary>Reads to the end, or until it stops, and waits for what it has begun.</summary>
    public async Task ReadAsync()
    {
        for (var offset = _lease.FirstNeeded; offset < _broker.End && !_stopped; offset += BatchSize)
        {
            var range = new PartitionRange(_lease, offset) { Next = Math.Min(offset + BatchSize, _broker.End) };
            var ticket = _ledger.Begin([range]);
            for (var sink = 0; sink < Sinks; sink++)
            {
                var to = sink;
                _deliveries.Add(Task.Run(() => DeliverAsync(ticket, range, to, has: null)));
            }

            await Task.Yield();
        }
    }

    /// <summary>A sink is detached, reads on its own, and joins again.</summary>
    public async Task DetachAndAttachAsync(int sink)
    {
        await Task.Yield();
        _ledger.Detach(sink);
        while (_inHand[sink] > 0)
        {
            await Task.Yield();
        }

        _ledger.Restart(sink);
        await CatchUpAsync(sink, atMost: 1);
        _ledger.Join(sink);
        await CatchUpAsync(sink, atMost: int.MaxValue);
    }

    /// <summary>Commits what is settled, a few times.</summary>
    public async Task CommitAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var progress = _ledger.Progress();
            // The request is under way: a rebalance, or another process, may come before it.
            await Task.Yield();
            foreach (var one in progress)
            {
                _broker.Commit(one, _generation);
            }
        }
    }

    /// <summary>What it has begun ends.</summary>
    public async Task EndDeliveriesAsync()
    {
        for (var i = 0; i < _deliveries.Count; i++)
        {
            await _deliveries[i];
        }
    }

    /// <summary>It hears that the partition is another's, and lets go.</summary>
    public async Task LearnOfRevocationAsync()
    {
        await Task.Yield();
        _stopped = true;
        var last = _ledger.Revoke([_lease]).Single();
        _lease.Revoke();
        await Task.Yield();
        _broker.Commit(last, _generation);
        Assert.Empty(_ledger.Progress());
    }

    private async Task CatchUpAsync(int sink, int atMost)
    {
        foreach (var part in _ledger.CatchUps(sink))
        {
            var until = Math.Min(part.Until, _broker.End);
            for (var (offset, batches) = (part.From, 0); offset < until && batches < atMost; offset += BatchSize, batches++)
            {
                var range = new PartitionRange(part.Lease, offset) { Next = Math.Min(offset + BatchSize, until) };
                if (_ledger.BeginCatchUp(sink, [range]) is not { } ticket)
                {
                    return;
                }

                _deliveries.Add(Task.Run(() => DeliverAsync(ticket, range, sink, part)));
                await Task.Yield();
            }
        }
    }

    private async Task DeliverAsync(BatchTicket ticket, PartitionRange range, int sink, CatchUpPartition? has)
    {
        var offsets = new List<long>();
        for (var offset = range.First; offset < range.Next; offset++)
        {
            if (offset >= range.Lease.SinkStarts[sink] && has?.HasAlready(offset) != true)
            {
                offsets.Add(offset);
            }
        }

        await Task.Yield();
        if (offsets.Count == 0)
        {
            _ledger.Skip(ticket, sink);
            return;
        }

        if (!_ledger.Wants(ticket, sink))
        {
            return;
        }

        _inHand[sink]++;
        await Task.Yield();
        _broker.Store(sink, offsets);
        await Task.Yield();
        _ledger.Settle(ticket, sink);
        _inHand[sink]--;
    }
}
