using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

/// <summary>A running engine with a source that the test drives and time that stands still.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();

    private EngineRig(PipelineEngine engine, FakeTimeProvider time, ManualSource source, MemoryBudget memory, PipelineMetrics metrics)
    {
        (Engine, Time, Source, Memory, Metrics) = (engine, time, source, memory, metrics);
        Run = engine.RunAsync(_stop.Token, _abort.Token);
    }

    public PipelineEngine Engine { get; }

    public FakeTimeProvider Time { get; }

    public ManualSource Source { get; }

    public MemoryBudget Memory { get; }

    public PipelineMetrics Metrics { get; }

    /// <summary>The run; it has not ended when <see cref="Start"/> returns.</summary>
    public Task<EngineResult> Run { get; }

    /// <summary>
    /// Two batches in parallel, and time limits that no test reaches by accident: the clock runs ahead of the work. A test of a limit sets it.
    /// </summary>
    public static EngineOptions Options { get; } = new()
    {
        Parallelism = 2,
        DrainTimeout = TimeSpan.FromDays(10),
        LetGoTimeout = TimeSpan.FromDays(1),
        LastCommitTimeout = TimeSpan.FromDays(1),
    };

    public static FakeTimeProvider NewTime() => new(DateTimeOffset.FromUnixTimeMilliseconds(EngineBatches.Timestamp).AddSeconds(2));

    /// <summary>Starts an engine; what is not given takes everything.</summary>
    public static EngineRig Start(
        FakeTimeProvider time, IReadOnlyList<IEventSink> sinks, BatchEnricher? enricher = null, IDeadLetterStore? deadLetters = null, EngineOptions? options = null,
        ManualSource? source = null, int workers = 4, ILogger<PipelineEngine>? logger = null, CatchUpReader? catchUp = null, TimeSpan? detachAfter = null,
        Func<SinkSlot, SinkSlot>? slot = null)
    {
        source ??= new ManualSource();
        var memory = new MemoryBudget(64 << 20);
        var metrics = new PipelineMetrics();
        var engine = new PipelineEngine(
            source, enricher ?? new FakeEnricher(sinks.Count).EnrichAsync, [.. sinks.Select(sink => (slot ?? (static one => one))(new SinkSlot(sink, workers, detachAfter)))],
            deadLetters ?? new RecordingDeadLetters(), memory, options ?? Options, metrics, time,
            logger ?? NullLogger<PipelineEngine>.Instance, catchUp);
        return new EngineRig(engine, time, source, memory, metrics);
    }

    /// <summary>A lease that is assigned.</summary>
    public PartitionLease Assign(int sinks, int partition = 0, long start = 0)
    {
        var lease = EngineBatches.Lease(sinks, partition, start: start);
        Source.Assign(lease);
        return lease;
    }

    /// <summary>A batch whose bytes come from the budget.</summary>
    public EventBatch Batch(PartitionLease lease, long first, int count) => EngineBatches.Of(lease, first, count, Memory.TryReserve(4096)!);

    /// <summary>The first signal.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>The second signal.</summary>
    public void Abort() => _abort.Cancel();

    /// <summary>Moves time until a task ends.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task, TimeSpan? step = null)
    {
        await UntilAsync((Task)task, step);
        return await task;
    }

    /// <inheritdoc cref="UntilAsync{T}" />
    public async Task UntilAsync(Task task, TimeSpan? step = null)
    {
        while (!task.IsCompleted)
        {
            Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await task;
    }

    /// <summary>Moves time, step by step, until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan? step = null)
    {
        while (!condition())
        {
            Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Metrics.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }
}
