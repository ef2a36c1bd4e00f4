using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>
/// The pipeline at work: source → enricher (a bounded Dataflow block) → each sink's lane → ledger → commits.
/// </summary>
/// <remarks>
/// Stopping goes in this order: stop reading; finish enriching; complete the lanes; wait for them within the drain time-out; commit; release. What a sink does not take
/// in time stays in Kafka, below its committed place.
/// </remarks>
public sealed partial class PipelineEngine : IAsyncDisposable
{
    private readonly IEventSource _source;
    private readonly BatchEnricher _enrich;
    private readonly IDeadLetterStore _deadLetters;
    private readonly EngineOptions _options;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeliveryLedger _ledger;
    private readonly SinkLane[] _lanes;
    private readonly ActionBlock<PostedBatch> _enricher;
    private readonly CancellationTokenSource _abort = new();

    /// <param name="source">Where batches come from; disposed by the caller after the run.</param>
    /// <param name="enrich">Makes each sink's bytes of a batch.</param>
    /// <param name="sinks">In the pipeline's order, the same as the leases' starting places.</param>
    /// <param name="deadLetters">Where refused records go.</param>
    /// <param name="memory">The budget, for its metrics.</param>
    /// <param name="options">How to run.</param>
    /// <param name="metrics">Instruments.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Life of the engine, and its own faults.</param>
    public PipelineEngine(
        IEventSource source, BatchEnricher enrich, IReadOnlyList<SinkSlot> sinks, IDeadLetterStore deadLetters, MemoryBudget memory, EngineOptions options,
        PipelineMetrics metrics, TimeProvider time, ILogger<PipelineEngine> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _source = source;
        _enrich = enrich;
        _deadLetters = deadLetters;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _ledger = new DeliveryLedger(sinks.Count, time);
        _lanes = [.. sinks.Select((sink, index) => new SinkLane(sink, index, options.QueueCapacity, _ledger, deadLetters, metrics, time, logger))];
        _enricher = BlockFactory.Parallel<PostedBatch>(EnrichAsync, options.Parallelism, options.Parallelism * 2);
        EngineGauges.Register(metrics, memory, _ledger, _lanes);
    }

    /// <summary>Where the engine is in its life.</summary>
    public EngineState State { get; private set; } = EngineState.Starting;

    /// <summary>Each sink's name and health.</summary>
    public IReadOnlyList<(string Name, SinkHealth Health)> Sinks => [.. _lanes.Select(lane => (lane.Sink.Name, lane.Sink.Health))];

    /// <summary>Runs until stopped, or with exit-at-end until the end is settled.</summary>
    /// <param name="stop">First signal: drain.</param>
    /// <param name="abort">Second signal: stop at once.</param>
    /// <exception cref="Exception">The source failed for good; what was settled is committed.</exception>
    public async Task<EngineResult> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var aborting = abort.Register(_abort.Cancel);
        using var committing = new CancellationTokenSource();
        var lanes = Task.WhenAll(_lanes.Select(lane => lane.RunAsync(_abort.Token)));
        var commits = CommitRegularlyAsync(committing.Token);
        State = EngineState.Running;
        Exception? failure = null;
        try
        {
            await _source.RunAsync(new SourceHandlers(_ledger.Assign, _ledger.Revoke, TryPost), stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            failure = error;
            LogSourceFailed(error);
        }

        State = EngineState.Draining;
        var drained = await DrainAsync(lanes, failure is null && _options.ExitAtEnd && !stop.IsCancellationRequested, stop).ConfigureAwait(false);
        await committing.CancelAsync().ConfigureAwait(false);
        await commits.ConfigureAwait(false);
        await CommitAsync(CancellationToken.None).ConfigureAwait(false);
        State = EngineState.Stopped;
        if (failure is not null)
        {
            throw new InvalidOperationException($"The source failed: {failure.Message}", failure);
        }

        return drained ? EngineResult.Drained : abort.IsCancellationRequested ? EngineResult.Aborted : EngineResult.DeadlinePassed;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync().ConfigureAwait(false);
        _abort.Dispose();
    }

    /// <summary>The source's way in. Called from its poll thread, in the order of reading.</summary>
    private bool TryPost(EventBatch batch)
    {
        // The place in the ledger must be taken before anything can settle it, and only for a batch that is taken: look before asking.
        if (_enricher.InputCount >= _options.Parallelism)
        {
            return false;
        }

        if (!_enricher.Post(new PostedBatch(batch, _ledger.Begin(batch))))
        {
            throw new InvalidOperationException("The enricher refused a batch although it had room.");
        }

        return true;
    }

    /// <summary>Never throws: what goes wrong is an outcome (invariant I2).</summary>
    private async Task EnrichAsync(PostedBatch posted)
    {
        try
        {
            var enriched = await EnrichOrRejectAsync(posted.Batch).ConfigureAwait(false);
            try
            {
                if (enriched.Rejected.Count > 0)
                {
                    await _deadLetters.WriteAsync("*", enriched.Source, enriched.Rejected, _abort.Token).ConfigureAwait(false);
                    SinkLane.CountDeadLetters(_metrics, "*", enriched.Rejected);
                }

                enriched.Source.Memory.Resize(enriched.Source.Slab.Length + enriched.BySink.Sum(batch => (long)(batch?.AllocatedBytes ?? 0)));
                for (var i = 0; i < _lanes.Length; i++)
                {
                    await _lanes[i].EnqueueAsync(enriched.BySink[i], posted.Ticket, _abort.Token).ConfigureAwait(false);
                }
            }
            finally
            {
                enriched.Source.Release();
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            LogLetGo(posted.Batch.Count);
        }
        catch (Exception error)
        {
            // Not settled, so not committed: after a restart the records are read again.
            LogBatchFault(error);
        }
    }

    private async ValueTask<EnrichedBatch> EnrichOrRejectAsync(EventBatch batch)
    {
        batch.AddReference();
        try
        {
            var enriched = await _enrich(batch, _abort.Token).ConfigureAwait(false);
            batch.Release();
            return enriched;
        }
        catch (Exception error) when (!_abort.IsCancellationRequested)
        {
            // The enricher has let its reference go; ours keeps the batch, so that its records become dead letters that can be replayed after the repair.
            LogEnricherFault(error);
            var detail = $"{error.GetType().Name}: {error.Message}";
            var rejected = Enumerable.Range(0, batch.Count).Select(index => new RejectedRecord(index, DeadLetterReason.EnrichmentFailed, detail)).ToList();
            return new EnrichedBatch(batch, new EncodedBatch?[_lanes.Length], rejected);
        }
        catch (OperationCanceledException)
        {
            batch.Release();
            throw;
        }
    }

    /// <summary>Waits for what is in flight. True when all of it is settled.</summary>
    private async Task<bool> DrainAsync(Task lanes, bool toTheEnd, CancellationToken stop)
    {
        _enricher.Complete();
        var finished = FinishAsync(lanes);
        if (toTheEnd)
        {
            // At the end there is no deadline, but a signal starts one.
            using var signalled = new CancellationTokenSource();
            using var registration = stop.Register(signalled.Cancel);
            await Task.WhenAny(finished, Task.Delay(Timeout.InfiniteTimeSpan, _time, signalled.Token)).ConfigureAwait(false);
        }

        if (await Task.WhenAny(finished, Task.Delay(_options.DrainTimeout, _time, _abort.Token)).ConfigureAwait(false) == finished)
        {
            await finished.ConfigureAwait(false);
            return !_abort.IsCancellationRequested && (!toTheEnd || _source.EndOffsets is not { } ends || _ledger.HasReached(ends));
        }

        LogDeadline(_options.DrainTimeout.TotalSeconds);
        await _abort.CancelAsync().ConfigureAwait(false);
        await finished.ConfigureAwait(false);
        return false;
    }

    private async Task FinishAsync(Task lanes)
    {
        await _enricher.Completion.ConfigureAwait(false);
        foreach (var lane in _lanes)
        {
            lane.Complete();
        }

        await lanes.ConfigureAwait(false);
    }

    private async Task CommitRegularlyAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(_options.CommitInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(end).ConfigureAwait(false))
            {
                await CommitAsync(end).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The last commit follows once everything is drained.
            return;
        }
    }

    private async Task CommitAsync(CancellationToken cancellation)
    {
        var progress = _ledger.TakeProgress();
        if (progress.Count == 0)
        {
            return;
        }

        try
        {
            await _source.CommitAsync(progress, cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _ledger.GiveBack(progress);
            if (error is not OperationCanceledException)
            {
                LogCommitFailed(error);
            }
        }
    }

    [LoggerMessage(EventId = 2101, Level = LogLevel.Critical, Message = "The source failed; what is in flight is finished")]
    private partial void LogSourceFailed(Exception error);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "Enriching a batch failed; its records become dead letters")]
    private partial void LogEnricherFault(Exception error);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Critical, Message = "A batch could not be handed on; its records are read again after a restart")]
    private partial void LogBatchFault(Exception error);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Warning, Message = "Not everything was settled within {Seconds} s; what is left stays in Kafka")]
    private partial void LogDeadline(double seconds);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Warning, Message = "Committing progress failed; it is tried again")]
    private partial void LogCommitFailed(Exception error);

    [LoggerMessage(EventId = 2106, Level = LogLevel.Debug, Message = "A batch of {Count} records is let go; it stays in Kafka")]
    private partial void LogLetGo(int count);

    private readonly record struct PostedBatch(EventBatch Batch, BatchTicket Ticket);
}
