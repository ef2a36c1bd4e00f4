using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Cli.Hosting;

/// <summary>Whether the pipeline does its work.</summary>
/// <param name="Ready">It reads, and every sink takes events.</param>
/// <param name="Reasons">Why it is not ready, and what will go wrong unless somebody acts; without secrets.</param>
internal sealed record Readiness(bool Ready, IReadOnlyList<string> Reasons)
{
    /// <summary>Ready.</summary>
    public static Readiness Yes { get; } = new(true, []);

    /// <summary>What the engine says.</summary>
    /// <param name="status">The engine's state.</param>
    /// <param name="refusal">Why the pipeline's files as they are now are not at work; null when they are. It works all the same.</param>
    public static Readiness Of(EngineStatus status, string? refusal = null) => new(
        status.Ready,
        [.. status.Problems, .. status.Warnings, .. refusal is null ? Array.Empty<string>() : [$"the pipeline's files as they are now are refused, and it goes on as before: {refusal}"]]);
}
