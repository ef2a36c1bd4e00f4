using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>One sink with its queue, its workers, and what they have done. Nothing of it touches another sink.</summary>
/// <remarks>
/// Each batch that enters is either settled in the ledger (delivered, its refused records durable as dead letters) or let go (it stays in Kafka); its memory
/// comes back either way. Batches of the main flow and of the sink's own reader come in alike; the ledger knows which of them it still wants.
/// </remarks>
internal sealed class SinkLane : IDisposable
{
    /// <summary>How often a sink that needs its batches in order looks whether its own reader has got to where the main flow takes over.</summary>
    private static readonly TimeSpan JoinInterval = TimeSpan.FromMilliseconds(5);

    private readonly int _index;
    private readonly SinkSlot _slot;
    private readonly SinkQueue _queue;
    private readonly Gatherer _gatherer;
    private readonly DeliveryLedger _ledger;
    private readonly LaneDelivery _delivery;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _letGo = new();
    private readonly CancellationToken _letGoToken;
    private CancellationTokenSource _recall = new();
    private int _busy;
    private int _waiting;

    /// <param name="index">The sink's place in the pipeline's order.</param>
    /// <param name="slot">The sink and its workers.</param>
    /// <param name="options">Its queue's share.</param>
    /// <param name="ledger">Told what is settled.</param>
    /// <param name="desk">Takes what the sink refuses.</param>
    /// <param name="latency">Told when events arrived.</param>
    /// <param name="time">Clock of waits.</param>
    /// <param name="logger">Faults.</param>
    public SinkLane(
        int index, SinkSlot slot, EngineOptions options, DeliveryLedger ledger, DeadLetterDesk desk, LatencyRecorder latency, TimeProvider time, ILogger logger)
    {
        (_index, _slot, _ledger, _time) = (index, slot, ledger, time);
        _queue = new SinkQueue(options.QueueCapacity, options.QueueBytes);
        _gatherer = new Gatherer(_queue, slot.Gather ?? GatherOptions.None, time);
        _delivery = new LaneDelivery(slot.Sink, desk, latency, time, logger);
        _letGoToken = _letGo.Token;
    }

    /// <summary>The sink's name.</summary>
    public string Name => _slot.Sink.Name;

    /// <summary>The sink's state.</summary>
    public SinkHealth Health => _slot.Sink.Health;

    /// <summary>Batches must enter in the order of their offsets.</summary>
    public bool InOrder => _slot.InOrder;

    /// <summary>Batches that wait.</summary>
    public int QueuedBatches => _queue.Count;

    /// <summary>Bytes that wait or are under way.</summary>
    public long QueuedBytes => _queue.Bytes;

    /// <summary>Batches of the main flow that wait for room: the sink holds it up.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Nothing waits and nothing is under way.</summary>
    public bool IsIdle => _queue.Bytes == 0;

    /// <summary>Workers that are sending.</summary>
    public int Busy => Volatile.Read(ref _busy);

    /// <inheritdoc cref="LaneDelivery.Delivered" />
    public long Delivered => _delivery.Delivered;

    /// <inheritdoc cref="LaneDelivery.DeadLetters" />
    public long DeadLetters => _delivery.DeadLetters;

    /// <summary>Nothing is delivered any more; what comes is let go.</summary>
    public bool IsLetGo => _letGoToken.IsCancellationRequested;

    /// <summary>The main flow serves the sink.</summary>
    public bool IsAttached => !IsLetGo && _ledger.Mode(_index) is SinkMode.Attached or SinkMode.Joining;

    /// <summary>Ends when the queue was completed and nothing is left in it or under way; set by <see cref="Start"/>.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the workers: one where batches must be delivered in order.</summary>
    /// <param name="fault">Told of an exception that escapes a worker.</param>
    public void Start(Action<Exception> fault) =>
        Completion = Task.WhenAll(Enumerable.Range(0, InOrder ? 1 : Math.Max(1, _slot.Workers)).Select(_ => Task.Run(() => WorkAsync(fault))));

    /// <summary>Takes a batch over, waiting for room. A lane that is let go, or does not want the batch any more, has room at once.</summary>
    /// <param name="item">The batch and its place in the ledger.</param>
    /// <param name="holdsMain">The main flow waits.</param>
    public async Task EnqueueAsync(LaneItem item, bool holdsMain)
    {
        if (!MustWaitForReader(item, holdsMain) && TryEnqueue(item))
        {
            return;
        }

        Interlocked.Add(ref _waiting, holdsMain ? 1 : 0);
        try
        {
            while (MustWaitForReader(item, holdsMain))
            {
                await Pause.TryAsync(JoinInterval, _time, _letGoToken);
            }

            while (true)
            {
                // Taken before the try that fails, or a signal in between is lost.
                var room = _queue.RoomAsync();
                if (TryEnqueue(item))
                {
                    return;
                }

                await room;
            }
        }
        finally
        {
            Interlocked.Add(ref _waiting, holdsMain ? -1 : 0);
        }
    }

    /// <summary>A sink that gets nothing of a batch has settled it.</summary>
    public void Skip(BatchTicket ticket) => _ledger.Skip(ticket, _index);

    /// <summary>What the sink would get of a batch becomes dead letters, because its topic is about to delete it.</summary>
    public async Task ExpireAsync(LaneItem item)
    {
        try
        {
            if (_ledger.Wants(item.Ticket, _index) && await _delivery.TryExpireAsync(item.Batch, _letGoToken))
            {
                _ledger.Settle(item.Ticket, _index);
            }
        }
        finally
        {
            Return(item.Batch);
        }
    }

    /// <summary>Nothing comes any more.</summary>
    public void Complete() => _queue.Complete();

    /// <summary>Gives up what waits and what is under way: none of it is settled.</summary>
    public void LetGo()
    {
        _letGo.Cancel();
        LetQueueGo();
    }

    /// <summary>Gives up what waits and was called off, since the sink was detached; what is under way goes on.</summary>
    public void LetQueueGo()
    {
        while (_queue.TryTake(out var item))
        {
            TakenBack(item.Batch);
        }

        _gatherer.Hurry();
        _queue.SignalRoom();
    }

    /// <summary>Gives up what is under way, until <see cref="Restart"/>. A request that is cut off may have arrived all the same.</summary>
    public void Recall() => _recall.Cancel();

    /// <summary>What comes from now on is delivered again. Only while the lane is idle.</summary>
    public void Restart()
    {
        if (_recall.IsCancellationRequested)
        {
            _recall.Dispose();
            _recall = new CancellationTokenSource();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _letGo.Dispose();
        _recall.Dispose();
        _gatherer.Dispose();
    }

    /// <summary>In order means: what the main flow has read waits until the sink's own reader has delivered what lies below.</summary>
    private bool MustWaitForReader(LaneItem item, bool holdsMain) =>
        InOrder && holdsMain && !IsLetGo && _ledger.Mode(_index) == SinkMode.Joining && _ledger.Wants(item.Ticket, _index);

    /// <summary>False, and the caller keeps the batch, when the queue is full.</summary>
    private bool TryEnqueue(LaneItem item)
    {
        if (IsLetGo || !_ledger.Wants(item.Ticket, _index))
        {
            Return(item.Batch);
            return true;
        }

        if (!_queue.TryAdd(item))
        {
            return false;
        }

        if (IsLetGo)
        {
            LetQueueGo();
        }

        return true;
    }

    private async Task WorkAsync(Action<Exception> fault)
    {
        try
        {
            while (await _gatherer.NextAsync() is { Count: > 0 } items)
            {
                await HandleAsync(items);
            }
        }
        catch (Exception error)
        {
            fault(error);
        }
    }

    private async Task HandleAsync(IReadOnlyList<LaneItem> items)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_letGoToken, _recall.Token);

            // Asked last: once it is wanted here, it counts when it is delivered, whatever happens meanwhile.
            var wanted = items.Where(item => !cancellation.IsCancellationRequested && !IsRevoked(item.Batch.Source) && _ledger.Wants(item.Ticket, _index)).ToList();
            if (wanted.Count > 0)
            {
                foreach (var settled in await _delivery.DeliverAsync(wanted, cancellation.Token))
                {
                    _ledger.Settle(settled.Ticket, _index);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
            foreach (var item in items)
            {
                TakenBack(item.Batch);
            }
        }
    }

    /// <summary>A batch that was in the queue is done with: its bytes go back to the budget and to the sink's share.</summary>
    private void TakenBack(EncodedBatch batch)
    {
        var bytes = batch.AllocatedBytes;
        Return(batch);
        _queue.GiveBack(bytes);
    }

    private static void Return(EncodedBatch batch)
    {
        batch.Source.Memory.GiveBack(batch.AllocatedBytes);
        batch.Dispose();
    }

    /// <summary>The records belong to another process now, which delivers them itself.</summary>
    private static bool IsRevoked(EventBatch batch)
    {
        for (var i = 0; i < batch.Ranges.Count; i++)
        {
            if (!batch.Ranges[i].Lease.Revoked)
            {
                return false;
            }
        }

        return true;
    }
}
