using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.LoadTests.Engines;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>Runs scenarios: events into the broker, the engine as a process of its own, receivers in this one.</summary>
/// <param name="broker">The broker.</param>
/// <param name="topics">Its topics.</param>
/// <param name="engine">The engine's executable.</param>
/// <param name="warmUp">Before something is measured at a rate.</param>
/// <param name="duration">How long that is measured.</param>
internal sealed class ScenarioRun(Broker broker, FilledTopics topics, string engine, TimeSpan warmUp, TimeSpan duration)
{
    /// <summary>Runs one.</summary>
    public async Task<ScenarioResult> RunAsync(Scenario scenario)
    {
        var topic = await topics.OfAsync(scenario);
        var folder = Directory.CreateTempSubdirectory("load-test-");
        var arrivals = new Arrivals();
        using var receiver = HttpReceiver.Start(new ReceiverOptions(), arrivals.Take);
        var file = Path.Combine(folder.FullName, "pipeline.yaml");
        await File.WriteAllTextAsync(file, Pipeline.Yaml($"load-{Guid.NewGuid():N}", scenario, broker.Connection.BootstrapServers, topic.Name, receiver.Url, folder.FullName));
        using var stop = new CancellationTokenSource();
        using var process = EngineProcess.Start(engine, "run", file);
        try
        {
            var feeding = scenario.Rate is { } rate ? topic.Feeder.FeedAsync(rate, stop.Token) : Task.CompletedTask;
            long Count() => scenario.Sinks == 1 ? arrivals.Documents : Math.Min(arrivals.Documents, arrivals.Envelopes);
            var measured = scenario.Rate is null
                ? await Measurement.OfCountAsync(process, Count, scenario.Events / 2, scenario.Events)
                : await Measurement.OfTimeAsync(process, arrivals, Count, warmUp, duration);
            var peak = process.PeakMebibytes;
            await stop.CancelAsync();
            await feeding;
            return new ScenarioResult(
                scenario, topic.EventBytes, measured.Seconds, measured.EventsPerSecond, measured.CpuSecondsPerMillion, peak, arrivals.Latencies());
        }
        finally
        {
            await process.StopAsync();
            folder.Delete(recursive: true);
        }
    }
}
