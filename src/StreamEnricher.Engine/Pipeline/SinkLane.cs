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
    private readonly int _index;
    private readonly SinkSlot _slot;
    private readonly SinkQueue _queue;
    private readonly DeliveryLedger _ledger;
    private readonly DeadLetterDesk _desk;
    private readonly LatencyRecorder _latency;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _letGo = new();
    private readonly CancellationToken _letGoToken;
    private int _busy;
    private int _waiting;
    private long _delivered;
    private long _deadLetters;

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
        (_index, _slot, _ledger, _desk, _latency, _time, _logger) = (index, slot, ledger, desk, latency, time, logger);
        _queue = new SinkQueue(options.QueueCapacity, options.QueueBytes);
        _letGoToken = _letGo.Token;
    }

    /// <summary>The sink's name.</summary>
    public string Name => _slot.Sink.Name;

    /// <summary>The sink's state.</summary>
    public SinkHealth Health => _slot.Sink.Health;

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

    /// <summary>Items that the sink has taken since the start.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Records that it refused since the start and that are durable as dead letters.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Nothing is delivered any more; what comes is let go.</summary>
    public bool IsLetGo => _letGoToken.IsCancellationRequested;

    /// <summary>The main flow serves the sink.</summary>
    public bool IsAttached => !IsLetGo && _ledger.Mode(_index) is SinkMode.Attached or SinkMode.Joining;

    /// <summary>Ends when the queue was completed and nothing is left in it or under way; set by <see cref="Start"/>.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the workers.</summary>
    /// <param name="fault">Told of an exception that escapes a worker.</param>
    public void Start(Action<Exception> fault) =>
        Completion = Task.WhenAll(Enumerable.Range(0, Math.Max(1, _slot.Workers)).Select(_ => Task.Run(() => WorkAsync(fault))));

    /// <summary>Takes a batch over, waiting for room. A lane that is let go, or does not want the batch any more, has room at once.</summary>
    /// <param name="item">The batch and its place in the ledger.</param>
    /// <param name="holdsMain">The main flow waits.</param>
    public async Task EnqueueAsync(LaneItem item, bool holdsMain)
    {
        if (TryEnqueue(item))
        {
            return;
        }

        Interlocked.Add(ref _waiting, holdsMain ? 1 : 0);
        try
        {
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

        _queue.SignalRoom();
    }

    /// <inheritdoc />
    public void Dispose() => _letGo.Dispose();

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
            while (await _queue.WaitAsync())
            {
                while (_queue.TryTake(out var item))
                {
                    await HandleAsync(item);
                }
            }
        }
        catch (Exception error)
        {
            fault(error);
        }
    }

    private async Task HandleAsync(LaneItem item)
    {
        Interlocked.Increment(ref _busy);
        try
        {
            // Asked last: once it is wanted here, it counts when it is delivered, whatever happens meanwhile.
            if (!IsLetGo && !IsRevoked(item.Batch.Source) && _ledger.Wants(item.Ticket, _index) && await TryDeliverAsync(item.Batch))
            {
                _ledger.Settle(item.Ticket, _index);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
            TakenBack(item.Batch);
        }
    }

    /// <summary>True when every item is stored, or refused and durable as a dead letter.</summary>
    private async Task<bool> TryDeliverAsync(EncodedBatch batch)
    {
        if (await AskSinkAsync(batch) is not { } rejected)
        {
            return false;
        }

        _latency.Record(Name, batch, rejected);
        if (rejected.Count > 0)
        {
            if (!await _desk.TryWriteAsync(Name, batch.Source, rejected, _letGoToken))
            {
                return false;
            }

            Interlocked.Add(ref _deadLetters, rejected.Count);
        }

        Interlocked.Add(ref _delivered, Math.Max(0, batch.Count - rejected.Count));
        return true;
    }

    /// <summary>The records that the sink refuses for good; null when the batch was let go before it was settled.</summary>
    private async Task<IReadOnlyList<RejectedRecord>?> AskSinkAsync(EncodedBatch batch)
    {
        for (var faults = 1; ; faults++)
        {
            try
            {
                return await _slot.Sink.DeliverAsync(batch, _letGoToken);
            }
            catch (OperationCanceledException) when (IsLetGo)
            {
                return null;
            }
            catch (Exception error)
            {
                // A sink retries by itself what can go wrong; this is a fault of ours, and it must not cost an event.
                var delay = RetryDelay.After(faults);
                Health.Error($"unexpected {error.GetType().Name}, see the log");
                Log.SinkFailed(_logger, error, Name, batch.Count, delay);
                if (!await Pause.TryAsync(delay, _time, _letGoToken))
                {
                    return null;
                }
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
