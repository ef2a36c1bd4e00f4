namespace StreamEnricher.Engine.Pipeline;

/// <summary>How the engine runs.</summary>
public sealed record EngineOptions
{
    /// <summary>Batches enriched at a time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches that wait before a sink; with those being sent they are what it has in hand.</summary>
    public int QueueCapacity { get; init; } = 4;

    /// <summary>How long a stop may take until what is left stays in Kafka.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often progress is committed.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The engine stops once all that was there at the start is settled.</summary>
    public bool ExitAtEnd { get; init; }
}

/// <summary>A sink and how many of its batches are sent at a time.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Workers">Batches at a time.</param>
public sealed record SinkSlot(Core.Delivery.IEventSink Sink, int Workers = 2);

/// <summary>How a run ended.</summary>
public enum EngineResult
{
    /// <summary>All that was read is settled and committed.</summary>
    Drained,

    /// <summary>The drain deadline passed; what is left stays in Kafka.</summary>
    DeadlinePassed,

    /// <summary>The second signal: stopped at once.</summary>
    Aborted,
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
