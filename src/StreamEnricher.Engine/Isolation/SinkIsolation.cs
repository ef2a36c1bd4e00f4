using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Engine.Isolation;

/// <summary>Detaches one sink from the main flow when it holds that up, lets it read on its own, and attaches it again when it has caught up.</summary>
/// <remarks>Moved on by <see cref="IsolationMonitor"/>, step by step, from one thread at a time. The ledger has the sink's mode; here is what leads from one to the next.</remarks>
internal sealed class SinkIsolation(
    int sink, TimeSpan? detachAfter, TimeSpan leaveTimeout, SinkLane lane, CatchUpFlow flow, DeliveryLedger ledger, CatchUpReader reader, AttachPolicy policy, TimeProvider time,
    ILogger logger)
    : IDisposable
{
    private readonly HoldMeter _meter = new();
    private CancellationTokenSource _stopReading = new();
    private Task _reading = Task.CompletedTask;
    private long _readingFor;
    private int _failures;
    private long _failedAt;
    private PendingRewind? _rewind;
    private TimeSpan _leaving;
    private readonly StuckMeter _stuck = new();
    private bool _expiring;
    private volatile bool _paused;

    /// <summary>The sink's lane.</summary>
    public SinkLane Lane => lane;

    /// <summary>How long it has held up the main flow.</summary>
    public TimeSpan Held => _meter.Level;

    /// <summary>The main flow serves it.</summary>
    public bool IsAttached => ledger.Mode(sink) is SinkMode.Attached or SinkMode.Joining;

    /// <summary>The operator wants it to get nothing.</summary>
    public bool IsPaused
    {
        get => _paused;
        set => _paused = value;
    }

    /// <summary>There is nothing left that its own reader would have to read; or nobody waits for it.</summary>
    public bool IsFinished => _paused || lane.IsLetGo || ledger.Mode(sink) == SinkMode.Attached;

    /// <summary>Looks at the sink and does what is due.</summary>
    /// <param name="around">What the others do.</param>
    /// <param name="holds">The sink holds up the main flow now.</param>
    public void Step(in Surroundings around, bool holds)
    {
        switch (ledger.Mode(sink))
        {
            case SinkMode.Attached:
                StepAttached(around, holds);
                break;
            case SinkMode.Leaving:
                StepLeaving(around);
                break;
            case SinkMode.Detached:
                StepDetached(around);
                break;
            case SinkMode.Joining:
                StepAttached(around, holds);
                KeepReading(around);
                if (ledger.Mode(sink) == SinkMode.Attached)
                {
                    Log.SinkAttached(logger, lane.Name);
                }

                break;
        }
    }

    /// <summary>Lets it begin anew at other places, as soon as what it has in hand is given up; ends when it stands there.</summary>
    /// <exception cref="InvalidOperationException">It is about to do so already.</exception>
    public Task RewindAsync(IReadOnlyDictionary<TopicPartitionName, long> places)
    {
        var rewind = new PendingRewind(places);
        return Interlocked.CompareExchange(ref _rewind, rewind, null) is null
            ? rewind.Done
            : throw new InvalidOperationException($"The sink {lane.Name} is being rewound already.");
    }

    /// <summary>Ends its reader.</summary>
    public async Task StopReadingAsync()
    {
        await _stopReading.CancelAsync();
        await _reading;
    }

    /// <summary>Ends when all that was read has been handed over.</summary>
    public Task CompleteAsync() => flow.CompleteAsync();

    /// <inheritdoc />
    public void Dispose()
    {
        _rewind?.Cancel();
        _stopReading.Dispose();
    }

    private void StepAttached(in Surroundings around, bool holds)
    {
        _meter.Add(holds, around.Elapsed);
        _expiring = MustExpire(around);
        if (Volatile.Read(ref _rewind) is not null)
        {
            Log.SinkRewinds(logger, lane.Name);
        }
        else if (_expiring)
        {
            Log.SinkExpires(logger, lane.Name);
        }
        else if (_paused)
        {
            Log.SinkPaused(logger, lane.Name);
        }
        else if (_meter.Level >= detachAfter && around.OthersGoOn && !around.Finishing)
        {
            Log.SinkDetached(logger, lane.Name, _meter.Level, policy.Detachment);
        }
        else
        {
            return;
        }

        policy.Detached(around.Now);
        ledger.Detach(sink);
        lane.LetQueueGo();
        _meter.Clear();
        _leaving = TimeSpan.Zero;
    }

    /// <summary>
    /// What is under way is left to end: to cut a request off may deliver its events twice. But a sink that is held, or never answers, would hold its memory for ever, and
    /// its own reader would never begin.
    /// </summary>
    private void StepLeaving(in Surroundings around)
    {
        _leaving += around.Elapsed;
        var rewind = Volatile.Read(ref _rewind);
        if (HasStoppedReading() && lane.IsIdle)
        {
            lane.Restart();
            ledger.Restart(sink, rewind?.Places);
            if (rewind is not null)
            {
                Volatile.Write(ref _rewind, null);
                rewind.Complete();
            }
        }
        else if (rewind is not null || _expiring || _leaving >= leaveTimeout)
        {
            if (rewind is null && !_expiring && _leaving - around.Elapsed < leaveTimeout)
            {
                Log.SinkRecalled(logger, lane.Name, leaveTimeout);
            }

            lane.Recall();
        }
    }

    private void StepDetached(in Surroundings around)
    {
        if (Volatile.Read(ref _rewind) is not null)
        {
            Log.SinkRewinds(logger, lane.Name);
            ledger.Leave(sink);
            lane.LetQueueGo();
            _leaving = TimeSpan.Zero;
        }
        else if (_expiring)
        {
            KeepExpiring(around);
        }
        else if (MustExpire(around))
        {
            // What its reader has brought and the sink has not taken goes first.
            Log.SinkExpires(logger, lane.Name);
            _expiring = true;
            ledger.Leave(sink);
            lane.LetQueueGo();
            _leaving = TimeSpan.Zero;
        }
        else if (_paused)
        {
            HasStoppedReading();
        }
        else if (!around.Finishing && !policy.MayAttach(around.Now, ledger.Lag(sink), around.Rate))
        {
            KeepReading(around);
        }
        else if (HasStoppedReading())
        {
            policy.Attached(around.Now);
            ledger.Join(sink);
            if (ledger.Mode(sink) == SinkMode.Attached)
            {
                Log.SinkAttached(logger, lane.Name);
            }

            KeepReading(around);
        }
    }

    /// <summary>
    /// What the sink has not settled is about to be deleted, and the sink does not move: it is paused, held, or has taken nothing for a while. One that moves gets what it can
    /// still take.
    /// </summary>
    private bool MustExpire(in Surroundings around)
    {
        if (around.ExpiresBelow.Count == 0)
        {
            _stuck.Clear();
            return false;
        }

        return (_stuck.IsStuck(around.Now, ledger.Settled(sink)) || _paused || lane.Health.IsHeld) && ledger.IsBelow(sink, around.ExpiresBelow);
    }

    /// <summary>Lets its reader bring exactly what is about to be deleted, to become dead letters.</summary>
    private void KeepExpiring(in Surroundings around)
    {
        if (!_reading.IsCompleted)
        {
            if (_readingFor != around.Assignments)
            {
                HasStoppedReading();
            }

            return;
        }

        _readingFor = around.Assignments;
        var partitions = new List<CatchUpPartition>();
        foreach (var partition in ledger.CatchUps(sink))
        {
            if (around.ExpiresBelow.TryGetValue(new TopicPartitionName(partition.Lease.Topic, partition.Lease.Partition), out var below) && partition.From < below)
            {
                partitions.Add(partition with { Until = Math.Min(partition.Until, below) });
            }
        }

        // What was read must be durable before anybody looks again at what is left.
        _expiring = flow.Expires = partitions.Count > 0 || ledger.HasUnsettled(sink);
        if (partitions.Count > 0 && MayRead())
        {
            Read(partitions);
        }
    }

    /// <summary>Sees to it that a reader reads the sink's partitions as they are now.</summary>
    private void KeepReading(in Surroundings around)
    {
        if (_readingFor != around.Assignments)
        {
            if (!HasStoppedReading())
            {
                return;
            }

            _readingFor = around.Assignments;
        }

        if (MayRead() && ledger.CatchUps(sink) is { Count: > 0 } partitions)
        {
            Read(partitions);
        }
    }

    private bool MayRead() => _reading.IsCompleted && (_failures == 0 || time.GetElapsedTime(_failedAt) >= RetryDelay.After(_failures));

    private void Read(IReadOnlyList<CatchUpPartition> partitions)
    {
        if (_stopReading.IsCancellationRequested)
        {
            _stopReading.Dispose();
            _stopReading = new CancellationTokenSource();
        }

        var stop = _stopReading.Token;
        _reading = Task.Run(() => ReadAsync(partitions, stop), CancellationToken.None);
    }

    private async Task ReadAsync(IReadOnlyList<CatchUpPartition> partitions, CancellationToken stop)
    {
        try
        {
            await reader(sink, partitions, flow.TryPost, stop);
            _failures = 0;
        }
        catch (Exception error)
        {
            _failedAt = time.GetTimestamp();
            _failures++;
            Log.CatchUpFailed(logger, error, lane.Name, RetryDelay.After(_failures));
        }
    }

    /// <summary>Tells the reader to stop; true when it has.</summary>
    private bool HasStoppedReading()
    {
        _stopReading.Cancel();
        return _reading.IsCompleted;
    }
}

/// <summary>What goes on around a sink.</summary>
/// <param name="Now">Now.</param>
/// <param name="Elapsed">Since the step before.</param>
/// <param name="Rate">Records that the main flow has read in the last second.</param>
/// <param name="OthersGoOn">Another sink would go on without this one.</param>
/// <param name="Assignments">Changes whenever this process's partitions do.</param>
/// <param name="Finishing">The main flow has come to its end: every sink shall get there.</param>
/// <param name="ExpiresBelow">The offsets below which topics are about to delete records.</param>
internal readonly record struct Surroundings(
    DateTimeOffset Now, TimeSpan Elapsed, long Rate, bool OthersGoOn, long Assignments, bool Finishing, IReadOnlyDictionary<TopicPartitionName, long> ExpiresBelow);
