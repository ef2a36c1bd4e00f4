namespace StreamEnricher.Engine.Pipeline;

/// <summary>What the API and readiness tell of a run. A snapshot.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Sinks">In the pipeline's order.</param>
/// <param name="Problems">Why it is not ready, one sentence each, without secrets; empty when it reads and every sink takes events.</param>
public sealed record EngineStatus(EngineState State, IReadOnlyList<SinkStatus> Sinks, IReadOnlyList<string> Problems)
{
    /// <summary>It reads, and every sink takes events.</summary>
    public bool Ready => Problems.Count == 0;
}

/// <summary>What is known of a sink.</summary>
/// <param name="Name">Its name in the pipeline.</param>
/// <param name="HeldReason">What the operator must repair; null when it is not held.</param>
/// <param name="HeldSince">Since when.</param>
/// <param name="LastError">The last thing that went wrong; stays after recovery.</param>
/// <param name="Delivered">Items that it has taken since the start.</param>
/// <param name="DeadLetters">Records that it refused since the start.</param>
/// <param name="QueuedBatches">Batches that wait for it.</param>
/// <param name="QueuedBytes">Bytes that wait for it or are being sent.</param>
/// <param name="Busy">Batches being sent.</param>
/// <param name="Attached">The main flow serves it; if not, it reads on its own, or is paused.</param>
/// <param name="Paused">The operator has paused it.</param>
public sealed record SinkStatus(
    string Name, string? HeldReason, DateTimeOffset? HeldSince, string? LastError, long Delivered, long DeadLetters, int QueuedBatches, long QueuedBytes, int Busy,
    bool Attached = true, bool Paused = false);
