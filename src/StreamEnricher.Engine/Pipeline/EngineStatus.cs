using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Isolation;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>What the API and readiness tell of a run. A snapshot.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Sinks">In the pipeline's order.</param>
/// <param name="Problems">Why it is not ready, one sentence each, without secrets; empty when it reads and every sink takes events.</param>
public sealed record EngineStatus(EngineState State, IReadOnlyList<SinkStatus> Sinks, IReadOnlyList<string> Problems)
{
    /// <summary>It reads, and every sink takes events.</summary>
    public bool Ready => Problems.Count == 0;

    /// <summary>What will go wrong unless somebody acts, one sentence each; it does its work meanwhile.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Asks all parts.</summary>
    internal static EngineStatus Of(
        EngineState state, IReadOnlyList<SinkLane> lanes, IsolationMonitor isolation, IEventSource source, DeadLetterDesk desk, Committer committer)
    {
        var sinks = lanes.Select((lane, sink) => new SinkStatus(
            lane.Name, lane.Health.HeldReason, lane.Health.HeldSince, lane.Health.LastError, lane.Delivered, lane.DeadLetters, lane.QueuedBatches, lane.QueuedBytes, lane.Busy,
            lane.IsAttached, isolation.IsPaused(sink))).ToArray();
        var problems = new List<string>();
        if (state != EngineState.Running)
        {
            problems.Add($"the engine is {state switch { EngineState.Starting => "starting", EngineState.Draining => "draining", _ => "stopped" }}");
        }

        if (source.Problem is { } reading)
        {
            problems.Add($"the source does not read: {reading}");
        }

        problems.AddRange(sinks.Where(static sink => sink.HeldReason is not null).Select(static sink => $"the sink {sink.Name} is held: {sink.HeldReason}"));
        if (desk.Problem is { } letters)
        {
            problems.Add($"dead letters cannot be written: {letters}");
        }

        if (committer.Problem is { } committing)
        {
            problems.Add($"progress cannot be committed: {committing}");
        }

        return new EngineStatus(state, sinks, problems)
        {
            Warnings =
            [
                .. source.Retention.Sinks.Where(static one => one.IsShort).Select(one =>
                    $"the sink {sinks[one.Sink].Name} is so far behind that {one.Partition.Topic}/{one.Partition.Partition} may delete what it has not taken in {one.Left.TotalMinutes:0} min"),
            ],
        };
    }
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
