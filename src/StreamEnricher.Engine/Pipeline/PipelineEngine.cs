using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Isolation;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>
/// The pipeline at work: source → enricher (a bounded Dataflow block) → each sink's lane → ledger → commits.
/// </summary>
/// <remarks>
/// Stopping goes in this order: stop reading, of the main flow and of detached sinks; finish enriching; complete the lanes; wait for them within the drain time-out;
/// let go of the rest; commit. What a sink does not take in time is not settled, so it is not committed and stays in Kafka.
/// </remarks>
public sealed class PipelineEngine : IAsyncDisposable
{
    /// <summary>How often a stop looks for sinks that are held and for partitions that went elsewhere.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly IEventSource _source;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryLedger _ledger;
    private readonly DeadLetterDesk _desk;
    private readonly SinkLane[] _lanes;
    private readonly BatchFlow _flow;
    private readonly IsolationMonitor _isolation;
    private readonly Committer _committer;
    private readonly CancellationTokenSource _letGo = new();
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EngineState _state = EngineState.Starting;
    private volatile bool _readersEnded;
    private int _runs;

    /// <param name="source">Where batches come from; disposed by the caller after the run.</param>
    /// <param name="enrich">Makes each sink's bytes of a batch.</param>
    /// <param name="sinks">In the pipeline's order, the same as the leases' starting places.</param>
    /// <param name="deadLetters">Where refused records go.</param>
    /// <param name="memory">The budget, for its metrics.</param>
    /// <param name="options">How to run.</param>
    /// <param name="metrics">Instruments.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Life of the engine, and its own faults.</param>
    /// <param name="catchUp">Reads for sinks that are detached; null, and none ever is: a sink that is slow holds up the others.</param>
    public PipelineEngine(
        IEventSource source, BatchEnricher enrich, IReadOnlyList<SinkSlot> sinks, IDeadLetterStore deadLetters, MemoryBudget memory, EngineOptions options,
        PipelineMetrics metrics, TimeProvider time, ILogger<PipelineEngine> logger, CatchUpReader? catchUp = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metrics);
        (_source, _options, _time, _logger) = (source, options, time, logger);
        _ledger = new DeliveryLedger(sinks.Count, time, catchUp is null ? null : options.NearRecords);
        _desk = new DeadLetterDesk(deadLetters, metrics, time, logger);
        var latency = new LatencyRecorder(metrics.EndToEnd, time);
        _lanes = [.. sinks.Select((sink, index) => new SinkLane(index, sink, options, _ledger, _desk, latency, time, logger))];
        var work = new BatchWork(enrich, _lanes, _desk, logger, _letGo.Token);
        _flow = new BatchFlow(work, _ledger, options.Parallelism, Fail);
        _isolation = new IsolationMonitor(
            catchUp is null ? [] : [.. sinks.Select((sink, index) => new SinkIsolation(
                index, sink.DetachAfter, options.LeaveTimeout, _lanes[index],
                new CatchUpFlow(index, _lanes[index], work, _ledger, options.CatchUpBytes, Math.Max(2, options.Parallelism / 2), Fail), _ledger, catchUp,
                new AttachPolicy(options.NearRecords), time, logger) { IsPaused = sink.Paused })],
            _flow, source, memory, time, Fail);
        foreach (var (index, sink) in sinks.Index())
        {
            if (sink.Paused && catchUp is not null)
            {
                _ledger.StartDetached(index);
            }
        }

        _committer = new Committer(source, _ledger, options.CommitInterval, time, logger);
        EngineGauges.Register(metrics, memory, _ledger, _lanes);
    }

    /// <summary>How things stand now.</summary>
    public EngineStatus Status() => EngineStatus.Of(_state, _lanes, _isolation, _source, _desk, _committer);

    /// <summary>How far each partition of this process is settled, in all sinks and in each.</summary>
    public IReadOnlyList<PartitionProgress> Progress() => _ledger.Progress();

    /// <summary>A sink gets nothing until it is resumed; the others go on, and what it does not get stays in Kafka.</summary>
    /// <exception cref="ArgumentException">There is no such sink.</exception>
    public void PauseSink(string sink) => _isolation.Pause(IndexOf(sink), true);

    /// <summary>A paused sink goes on where it stands, on its own until it has caught up.</summary>
    /// <exception cref="ArgumentException">There is no such sink.</exception>
    public void ResumeSink(string sink) => _isolation.Pause(IndexOf(sink), false);

    /// <summary>A sink begins anew at other places and gets again what comes behind them; the other sinks go on. Ends when the sink stands there.</summary>
    /// <param name="sink">Its name.</param>
    /// <param name="places">Offsets; partitions that this process does not have are left out, and those without one stay where they are.</param>
    /// <param name="cancellation">Stops waiting; the sink is rewound all the same.</param>
    /// <exception cref="ArgumentException">There is no such sink.</exception>
    /// <exception cref="InvalidOperationException">The engine does not run, or the sink is being rewound already.</exception>
    public Task RewindSinkAsync(string sink, IReadOnlyDictionary<TopicPartitionName, long> places, CancellationToken cancellation)
    {
        var index = IndexOf(sink);
        return _state == EngineState.Running
            ? _isolation.RewindAsync(index, places).WaitAsync(cancellation)
            : throw new InvalidOperationException("The engine does not run.");
    }

    /// <summary>Runs until stopped, or until the source ends by itself (exit-at-end) and all that it gave is settled in every sink. Once an instance.</summary>
    /// <param name="stop">First signal: drain.</param>
    /// <param name="abort">Second signal: stop at once, without a commit; what was settled since the last one is delivered again by the next run.</param>
    /// <exception cref="InvalidOperationException">The source or the engine failed for good (see the inner exception); what was settled is committed.</exception>
    public async Task<EngineResult> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        if (Interlocked.Increment(ref _runs) > 1)
        {
            throw new InvalidOperationException("An engine runs once.");
        }

        using var endReading = CancellationTokenSource.CreateLinkedTokenSource(stop, abort);
        using var endCommits = new CancellationTokenSource();
        _state = EngineState.Running;
        Log.Started(_logger, _lanes.Length, _options.Parallelism);
        foreach (var lane in _lanes)
        {
            lane.Start(Fail);
        }

        var commits = _committer.RunAsync(endCommits.Token);
        var reading = ReadAsync(endReading.Token);
        var work = FinishAsync(reading, endReading.Token);
        var result = await WaitAsync(reading, work, stop, abort);
        _state = EngineState.Draining;
        await endReading.CancelAsync();
        if (!work.IsCompleted)
        {
            LetGo();
            await LeaveAsync(work, "What is in flight");
        }

        await endCommits.CancelAsync();
        await LeaveAsync(commits, "A commit");
        if (result != EngineResult.Aborted)
        {
            result = await CommitLastAsync(result, stop, abort);
        }

        _state = EngineState.Stopped;
        Log.Stopped(_logger, result);
        if (_fault.Task.IsCompleted)
        {
            var fault = await _fault.Task;
            throw new InvalidOperationException($"The engine failed: {fault.Message}", fault);
        }

        if (reading.IsCompleted && await reading is { } failure)
        {
            throw new InvalidOperationException($"The source failed: {failure.Message}", failure);
        }

        return result;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _letGo.Dispose();
        _isolation.Dispose();
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Reads until the source ends; gives what made it fail.</summary>
    private async Task<Exception?> ReadAsync(CancellationToken stop)
    {
        try
        {
            await _source.RunAsync(new SourceHandlers(OnAssigned, OnRevoked, _flow.TryPost), stop);
            return null;
        }
        catch (Exception error)
        {
            Log.SourceFailed(_logger, error);
            return error;
        }
    }

    private int IndexOf(string sink) => Array.FindIndex(_lanes, lane => lane.Name == sink) is >= 0 and var index
        ? index
        : throw new ArgumentException($"There is no sink {sink}; there are {string.Join(", ", _lanes.Select(static lane => lane.Name))}.", nameof(sink));

    private void OnAssigned(IReadOnlyList<PartitionLease> leases)
    {
        foreach (var sink in _ledger.Assign(leases))
        {
            Log.SinkStartsBehind(_logger, _lanes[sink].Name);
            _lanes[sink].LetQueueGo();
        }

        _isolation.PartitionsChanged();
    }

    private IReadOnlyList<PartitionProgress> OnRevoked(IReadOnlyList<PartitionLease> leases)
    {
        var progress = _ledger.Revoke(leases);
        _isolation.PartitionsChanged();
        return progress;
    }

    /// <summary>Ends when all that was read, by the source and by detached sinks, is settled or let go.</summary>
    private async Task FinishAsync(Task<Exception?> reading, CancellationToken stop)
    {
        using var endReaders = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var isolation = _isolation.RunAsync(endReaders.Token);
        if (await reading is null && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(_isolation.FinishAsync(), isolation);
        }

        await endReaders.CancelAsync();
        await isolation;
        _readersEnded = true;
        await Task.WhenAll(_flow.CompleteAsync(), _isolation.CompleteAsync());
        foreach (var lane in _lanes)
        {
            lane.Complete();
        }

        await Task.WhenAll(_lanes.Select(static lane => lane.Completion));
    }

    /// <summary>Waits until all work is done or must be let go.</summary>
    private async Task<EngineResult> WaitAsync(Task<Exception?> reading, Task work, CancellationToken stop, CancellationToken abort)
    {
        var stopping = Pause.UntilCancelledAsync(stop);
        var aborting = Pause.UntilCancelledAsync(abort);
        await Task.WhenAny(reading, _fault.Task, stopping, aborting);
        if (reading.IsCompleted && !stop.IsCancellationRequested && await reading is null)
        {
            // The source has ended by itself: there is no deadline, but a signal starts one.
            Log.Finishing(_logger);
            await WaitForSettlementAsync(reading, work, Task.WhenAny(_fault.Task, stopping, aborting), letGoOfHeld: false);
        }

        if (!_fault.Task.IsCompleted && !abort.IsCancellationRequested && !IsSettled(reading, work))
        {
            _state = EngineState.Draining;
            Log.Draining(_logger, _options.DrainTimeout);
            using var deadline = new CancellationTokenSource(_options.DrainTimeout, _time);
            await WaitForSettlementAsync(reading, work, Task.WhenAny(_fault.Task, aborting, Pause.UntilCancelledAsync(deadline.Token)), letGoOfHeld: true);
        }

        if (abort.IsCancellationRequested)
        {
            Log.Aborting(_logger);
            return EngineResult.Aborted;
        }

        if (_fault.Task.IsCompleted || IsSettled(reading, work))
        {
            return EngineResult.Drained;
        }

        Log.DrainDeadlinePassed(_logger, _options.DrainTimeout, string.Join(", ", _lanes.Where((_, sink) => _ledger.HasUnsettled(sink)).Select(static lane => lane.Name)));
        return EngineResult.DeadlinePassed;
    }

    /// <summary>Nothing of this process's partitions is in flight. What still is belongs to partitions that went elsewhere.</summary>
    private bool IsSettled(Task reading, Task work) =>
        work.IsCompleted || (reading.IsCompleted && _readersEnded && !Enumerable.Range(0, _lanes.Length).Any(_ledger.HasUnsettled));

    private async Task WaitForSettlementAsync(Task reading, Task work, Task until, bool letGoOfHeld)
    {
        var begun = _time.GetTimestamp();
        while (!IsSettled(reading, work) && !until.IsCompleted)
        {
            if (letGoOfHeld)
            {
                LetGoOfIdle(_time.GetElapsedTime(begun));
            }

            await Task.WhenAny(work, until, Task.Delay(LookInterval, _time));
        }
    }

    /// <summary>Lets go of sinks that wait for the operator, time alone will not make them take anything; and in time of those that are detached.</summary>
    private void LetGoOfIdle(TimeSpan waited)
    {
        foreach (var lane in _lanes)
        {
            if (lane.IsLetGo)
            {
                continue;
            }

            if (lane.Health.HeldReason is { } reason)
            {
                Log.HeldSinkLetGo(_logger, lane.Name, reason);
                lane.LetGo();
            }
            else if (waited >= _options.DetachedDrainTimeout && !lane.IsAttached)
            {
                Log.DetachedSinkLetGo(_logger, lane.Name);
                lane.LetGo();
            }
        }
    }

    /// <summary>Lets go of everything in flight: none of it is settled, all of its memory comes back.</summary>
    private void LetGo()
    {
        _letGo.Cancel();
        foreach (var lane in _lanes)
        {
            lane.LetGo();
        }
    }

    private void Fail(Exception error)
    {
        Log.EngineFailed(_logger, error);
        _fault.TrySetResult(error);
    }

    private async Task LeaveAsync(Task task, string what)
    {
        if (!await Pause.UntilAsync(task, _options.LetGoTimeout, _time))
        {
            Log.LeftBehind(_logger, what, _options.LetGoTimeout);
        }
    }

    /// <summary>Commits what is settled, and says whether that is all that the result promises.</summary>
    private async Task<EngineResult> CommitLastAsync(EngineResult result, CancellationToken stop, CancellationToken abort)
    {
        using var timeout = new CancellationTokenSource(_options.LastCommitTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        try
        {
            if (await _committer.CommitAsync(either.Token).WaitAsync(either.Token) is not null)
            {
                return EngineResult.Incomplete;
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return EngineResult.Aborted;
        }
        catch (OperationCanceledException)
        {
            Log.LastCommitTimedOut(_logger, _options.LastCommitTimeout);
            return EngineResult.Incomplete;
        }

        if (_options.ExitAtEnd && result == EngineResult.Drained && !stop.IsCancellationRequested && _source.EndOffsets is { } ends && _ledger.Behind(ends) is { Count: > 0 } behind)
        {
            Log.NotAtEnd(_logger, string.Join(", ", behind.Select(static partition => $"{partition.Lease} is settled up to {partition.All}")));
            return EngineResult.Incomplete;
        }

        return result;
    }
}
