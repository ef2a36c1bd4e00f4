using System.Threading.Channels;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>Stands in for the reader of detached sinks: the test posts what each run reads.</summary>
public sealed class ManualCatchUp
{
    private readonly Channel<CatchUpRun> _runs = Channel.CreateUnbounded<CatchUpRun>();

    /// <summary>Runs that the test has not taken.</summary>
    public int Waiting => _runs.Reader.Count;

    /// <summary>The next run.</summary>
    public CatchUpRun Next() => _runs.Reader.TryRead(out var run) ? run : throw new InvalidOperationException("No reader was started.");

    /// <inheritdoc cref="CatchUpReader" />
    public async Task ReadAsync(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost, CancellationToken stop)
    {
        var run = new CatchUpRun(sink, partitions, tryPost);
        using var registration = stop.Register(run.End);
        _runs.Writer.TryWrite(run);
        await run.Ended;
    }
}

/// <summary>One run of a sink's own reader.</summary>
public sealed class CatchUpRun(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The sink's place in the pipeline's order.</summary>
    public int Sink => sink;

    /// <summary>What it was asked to read.</summary>
    public IReadOnlyList<CatchUpPartition> Partitions => partitions;

    /// <summary>The only partition.</summary>
    public CatchUpPartition Partition => partitions.Single();

    /// <summary>It was told to stop, or has ended by itself.</summary>
    public bool HasEnded => Ended.IsCompleted;

    internal Task Ended => _end.Task;

    /// <summary>Posts a batch; a refused one is the test's.</summary>
    public bool TryPost(EventBatch batch) => tryPost(batch);

    /// <summary>It has read everything.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>It fails.</summary>
    public void Fail(Exception error) => _end.TrySetException(error);
}
