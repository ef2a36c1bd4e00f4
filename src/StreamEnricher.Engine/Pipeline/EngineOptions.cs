namespace StreamEnricher.Engine.Pipeline;

/// <summary>How the engine runs.</summary>
public sealed record EngineOptions
{
    /// <summary>Batches enriched at a time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches that wait before a sink; with those being sent they are what it has in hand.</summary>
    public int QueueCapacity { get; init; } = 4;

    /// <summary>Bytes of bodies that a sink may have in hand, waiting or being sent; one batch may always be there. Default 64 MiB.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>How long a stop may take until what is left stays in Kafka.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often progress is committed.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the last commit may take; default 5 s.</summary>
    public TimeSpan LastCommitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long code that was told to let go may take to do so before it is left behind; default 2 s.</summary>
    public TimeSpan LetGoTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A sink that starts more records behind the others begins detached, and one that is no further behind (or not further than what the main flow reads in a second)
    /// has caught up. Default 10,000.
    /// </summary>
    public long NearRecords { get; init; } = 10_000;

    /// <summary>Bytes of bodies that a sink which reads on its own may have in hand; one batch may always be there. Default 32 MiB.</summary>
    public long CatchUpBytes { get; init; } = 32L << 20;

    /// <summary>How long a stop waits for what detached sinks have in hand; all else of theirs stays in Kafka anyway. Default 5 s.</summary>
    public TimeSpan DetachedDrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a sink that was detached may take to end what it has in hand before that is given up, so that its own reader can begin; default 60 s, as long as a
    /// request may take.
    /// </summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The source ends by itself, and then every partition must be settled up to the end that it had at the start.</summary>
    public bool ExitAtEnd { get; init; }
}

/// <summary>A sink and how many of its batches are sent at a time.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Workers">Batches at a time.</param>
/// <param name="DetachAfter">How long it may hold up the main flow before it has to read on its own; null for as long as it likes.</param>
public sealed record SinkSlot(Core.Delivery.IEventSink Sink, int Workers = 2, TimeSpan? DetachAfter = null)
{
    /// <summary>How small batches become one delivery; null for each by itself.</summary>
    public GatherOptions? Gather { get; init; }

    /// <summary>It gets nothing until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>It must get the batches of each partition in the order of their offsets, one at a time.</summary>
    public bool InOrder { get; init; }
}

/// <summary>How a run ended.</summary>
public enum EngineResult
{
    /// <summary>All that was read is settled and committed, but for what sinks that are held for the operator did not take: that stays in Kafka.</summary>
    Drained,

    /// <summary>The drain deadline passed; what is left stays in Kafka.</summary>
    DeadlinePassed,

    /// <summary>The second signal: stopped at once.</summary>
    Aborted,

    /// <summary>With exit-at-end reading ended before the end was reached, or the last commit failed; the log says which.</summary>
    Incomplete,
}

/// <summary>Where the engine is in its life.</summary>
public enum EngineState
{
    /// <summary>Not yet reading.</summary>
    Starting,

    /// <summary>Reading and delivering.</summary>
    Running,

    /// <summary>No longer reading; finishing what is in flight.</summary>
    Draining,

    /// <summary>Over.</summary>
    Stopped,
}
