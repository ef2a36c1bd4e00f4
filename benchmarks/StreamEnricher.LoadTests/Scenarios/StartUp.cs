using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Kafka.Setup;
using StreamEnricher.LoadTests.Engines;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>How long it takes from the start of the process to the first event delivered, which lies in the topic beforehand.</summary>
internal static class StartUp
{
    /// <summary>Starts the engine again and again, each time with a new group; gives the times in the order of the starts.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="engine">The engine's executable.</param>
    /// <param name="starts">How often.</param>
    /// <param name="logs">Takes what the engine logs with <c>--log-level debug</c>.</param>
    public static async Task<IReadOnlyList<TimeSpan>> MeasureAsync(Broker broker, string engine, int starts, TextWriter logs)
    {
        var scenario = new Scenario { Group = "start", Value = "first event", Partitions = 1 };
        var times = new List<TimeSpan>();
        var topic = $"start-{Environment.ProcessId}-{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        await using var topics = await TemporaryTopics.CreateAsync(broker.Connection, [topic], [], scenario.Partitions, NullLogger.Instance, CancellationToken.None);
        new Feeder(broker.Connection, topic, ScenarioEvents.Create(scenario)).Fill(1);
        for (var start = 0; start < starts; start++)
        {
            var folder = Directory.CreateTempSubdirectory("start-");
            using var arrived = new ManualResetEventSlim();
            var time = TimeProvider.System;
            long first = 0;
            using var receiver = HttpReceiver.Start(new ReceiverOptions(), (isBulk, _) =>
            {
                if (isBulk && Interlocked.CompareExchange(ref first, time.GetTimestamp(), 0) == 0)
                {
                    arrived.Set();
                }
            });
            var file = Path.Combine(folder.FullName, "pipeline.yaml");
            await File.WriteAllTextAsync(file, Pipeline.Yaml($"{topic}-{start}", scenario, broker.Connection.BootstrapServers, topic, receiver.Url, folder.FullName));
            var begun = time.GetTimestamp();
            var wall = time.GetUtcNow();
            using var process = EngineProcess.Start(engine, "run", file, "--log-level", "debug");
            if (!arrived.Wait(TimeSpan.FromSeconds(60)))
            {
                throw new InvalidOperationException($"Nothing arrived within a minute: {process.Errors}");
            }

            times.Add(time.GetElapsedTime(begun, first));
            await process.StopAsync();
            await logs.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"started {wall:HH:mm:ss.fff}, first event after {times[^1].TotalMilliseconds:0} ms"));
            await logs.WriteLineAsync(process.Errors);
            folder.Delete(recursive: true);
        }

        return times;
    }
}
