using StreamEnricher.Cli.Benching.Runs;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>What a scenario came to.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="EventBytes">Mean bytes of an event.</param>
/// <param name="Seconds">Seconds measured.</param>
/// <param name="EventsPerSecond">Events that every HTTP sink had answered for.</param>
/// <param name="CpuSecondsPerMillion">CPU of the engine's process alone.</param>
/// <param name="PeakMebibytes">Its largest resident size.</param>
/// <param name="Latency">From the Kafka timestamp to the sink's answer, ms; null when the events lay there beforehand.</param>
internal sealed record ScenarioResult(
    Scenario Scenario, double EventBytes, double Seconds, double EventsPerSecond, double CpuSecondsPerMillion, double PeakMebibytes, LatencyFigures? Latency)
{
    /// <summary>Megabytes a second read.</summary>
    public double MegabytesPerSecond => EventsPerSecond * EventBytes / 1e6;
}
