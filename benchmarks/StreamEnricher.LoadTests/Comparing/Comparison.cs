using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Kafka.Setup;
using StreamEnricher.LoadTests.Engines;
using StreamEnricher.LoadTests.Reports;
using StreamEnricher.LoadTests.Scenarios;

namespace StreamEnricher.LoadTests.Comparing;

/// <summary>The engine and rsyslog in turns: the same broker, the same events, the same receivers, CPU time of each one's process.</summary>
internal static class Comparison
{
    private static readonly Scenario Work = new() { Group = "comparison", Value = "suricata_eve", Kind = "suricata_eve", Sinks = 1, Distinct = 8000 };

    /// <summary>Runs rounds and writes <c>comparison.md</c>.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="engine">The engine's executable.</param>
    /// <param name="events">Events in the topic.</param>
    /// <param name="rounds">Rounds of both.</param>
    /// <param name="folder">Where the result goes.</param>
    /// <param name="command">The command that was run.</param>
    /// <param name="progress">Told of each round.</param>
    public static async Task RunAsync(Broker broker, string engine, int events, int rounds, string folder, string command, TextWriter progress)
    {
        var machine = Machine.Describe();
        var topic = $"compare-{Environment.ProcessId}-{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}";
        await using var topics = await TemporaryTopics.CreateAsync(broker.Connection, [topic, topic + "-out"], [], Work.Partitions, NullLogger.Instance, CancellationToken.None);
        new Feeder(broker.Connection, topic, ScenarioEvents.Create(Work)).Fill(events);
        var (ours, theirs) = (new List<Measurement>(), new List<Measurement>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await MeasureAsync(events, (url, files) =>
            {
                var file = Path.Combine(files, "pipeline.yaml");
                File.WriteAllText(file, Pipeline.Yaml($"{topic}-ours-{round}", Work, broker.Connection.BootstrapServers, topic, url, files));
                return EngineProcess.Start(engine, "run", file);
            }));
            theirs.Add(await MeasureAsync(events, (url, files) => Rsyslog.Start(broker.Connection.BootstrapServers, topic, $"{topic}-theirs-{round}", new Uri(url).Port, files)));
            await progress.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"round {round + 1}: streamenricher {ours[^1].CpuSecondsPerMillion:0.00} CPU s/M, {ours[^1].EventsPerSecond:N0}/s; rsyslog {theirs[^1].CpuSecondsPerMillion:0.00} CPU s/M, {theirs[^1].EventsPerSecond:N0}/s"));
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "comparison.md"), Report(command, machine, ours, theirs));
    }

    private static async Task<Measurement> MeasureAsync(int events, Func<string, string, EngineProcess> start)
    {
        var folder = Directory.CreateTempSubdirectory("compare-");
        var arrivals = new Arrivals();
        using var receiver = HttpReceiver.Start(new ReceiverOptions(), arrivals.Take);
        using var process = start(receiver.Url, folder.FullName);
        try
        {
            return await Measurement.OfCountAsync(process, () => arrivals.Documents, events / 2, events);
        }
        finally
        {
            await process.StopAsync();
            folder.Delete(recursive: true);
        }
    }

    private static string Report(string command, string machine, List<Measurement> ours, List<Measurement> theirs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Beside rsyslog\n\n    {command}\n\n{machine}\n\n");
        text.Append("Kafka → Suricata EVE to ECS → Elasticsearch bulk, in turns over the same topic into the same receivers. rsyslog maps 15 fields and copies the event (`Comparing/rsyslog.conf`);\nstreamenricher maps all, and attributes by declared ids, the ET Open table and keywords. Measured over the second half of the events, when code is optimised and connections stand.\n\n");
        text.Append("| round | streamenricher CPU s/million | events/s | rsyslog CPU s/million | events/s | throughput per CPU second, ratio |\n|---|---|---|---|---|---|\n");
        for (var round = 0; round < ours.Count; round++)
        {
            var (one, other) = (ours[round], theirs[round]);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {round + 1} | {one.CpuSecondsPerMillion:0.00} | {one.EventsPerSecond:N0} | {other.CpuSecondsPerMillion:0.00} | {other.EventsPerSecond:N0} | {other.CpuSecondsPerMillion / one.CpuSecondsPerMillion:0.0} |\n");
        }

        return text.ToString();
    }
}
