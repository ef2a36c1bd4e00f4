using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Engine.Isolation;

/// <summary>Looks at all sinks at short intervals and moves each on between attached and detached.</summary>
/// <param name="sinks">In the pipeline's order; empty when no sink can read on its own.</param>
/// <param name="flow">The main flow.</param>
/// <param name="source">Tells what its topics are about to delete.</param>
/// <param name="memory">The budget: a sink can hold up the flow by it, too.</param>
/// <param name="time">Clock.</param>
/// <param name="fault">Told of what must not happen.</param>
internal sealed class IsolationMonitor(IReadOnlyList<SinkIsolation> sinks, BatchFlow flow, IEventSource source, MemoryBudget memory, TimeProvider time, Action<Exception> fault) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RateSpan = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _assignments;
    private volatile bool _finishing;
    private long _steppedAt;
    private long _countedAt;
    private long _counted;
    private long _rate;
    private long _refusals;

    /// <summary>This process's partitions have changed.</summary>
    public void PartitionsChanged() => Interlocked.Increment(ref _assignments);

    /// <summary>A sink gets nothing more, or again, until told otherwise.</summary>
    public void Pause(int sink, bool paused) => sinks[sink].IsPaused = paused;

    /// <summary>Whether the operator has paused a sink.</summary>
    public bool IsPaused(int sink) => sinks.Count > 0 && sinks[sink].IsPaused;

    /// <summary>A sink begins anew at other places.</summary>
    /// <exception cref="InvalidOperationException">It is about to do so already.</exception>
    public Task RewindAsync(int sink, IReadOnlyDictionary<TopicPartitionName, long> places) => sinks[sink].RewindAsync(places);

    /// <summary>Looks until cancelled; ends when the sinks' readers have ended.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _steppedAt = _countedAt = time.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Step();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Reading is over.
        }
        catch (Exception error)
        {
            fault(error);
        }

        await Task.WhenAll(sinks.Select(static sink => sink.StopReadingAsync()));
    }

    /// <summary>Ends when all that the sinks' readers have read has been handed over.</summary>
    public Task CompleteAsync() => Task.WhenAll(sinks.Select(static sink => sink.CompleteAsync()));

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var sink in sinks)
        {
            sink.Dispose();
        }
    }

    /// <summary>The main flow has come to its end; ends when every sink has got there on its own.</summary>
    public Task FinishAsync()
    {
        _finishing = true;
        return sinks.Count == 0 ? Task.CompletedTask : _finished.Task;
    }

    private void Step()
    {
        var elapsed = time.GetElapsedTime(_steppedAt);
        _steppedAt = time.GetTimestamp();
        Count();
        var refusals = memory.Refusals;
        var starved = refusals != _refusals;
        _refusals = refusals;
        var finishing = _finishing;
        for (var i = 0; i < sinks.Count; i++)
        {
            var sink = sinks[i];
            var holds = sink.Lane.Waiting > 0 || (starved && IsAloneAtWork(sink));
            sink.Step(new Surroundings(time.GetUtcNow(), elapsed, _rate, OthersGoOn(sink), Interlocked.Read(ref _assignments), finishing, source.Retention.ExpiresBelow), holds);
        }

        if (finishing && sinks.All(static sink => sink.IsFinished))
        {
            _finished.TrySetResult();
        }
    }

    private void Count()
    {
        if (time.GetElapsedTime(_countedAt) >= RateSpan)
        {
            (_rate, _counted, _countedAt) = (flow.Records - _counted, flow.Records, time.GetTimestamp());
        }
    }

    /// <summary>The slowest sink's queue is the one that is always full. When another has to be waited for as much, detaching this one would help nobody.</summary>
    private bool OthersGoOn(SinkIsolation sink) =>
        sinks.Any(other => other != sink && other.IsAttached && other.Lane.Waiting == 0 && other.Held <= sink.Held / 2);

    /// <summary>The budget is used up while every other attached sink has nothing to do.</summary>
    private bool IsAloneAtWork(SinkIsolation sink) =>
        !sink.Lane.IsIdle && sinks.All(other => other == sink || !other.IsAttached || other.Lane.IsIdle);
}
