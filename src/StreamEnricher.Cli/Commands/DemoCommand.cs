using System.CommandLine;
using Spectre.Console;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Demo;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>demo</c>: the whole path with nothing installed.</summary>
internal static class DemoCommand
{
    private const int DefaultEvents = 20_000;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var events = new Option<int>("--events") { Description = "Events to replay.", DefaultValueFactory = _ => DefaultEvents };
        events.Validators.Add(result =>
        {
            // The broker inside the process keeps some 5 MB of each partition.
            if (result.GetValueOrDefault<int>() is < 1 or > 40_000)
            {
                result.AddError("--events must be between 1 and 40000: the broker inside the process keeps no more");
            }
        });
        var directory = new Option<string>("--directory") { Description = "Folder for files and the pipeline of the run.", DefaultValueFactory = _ => "demo-output" };
        var command = new DocumentedCommand(
            "demo",
            "Start a Kafka broker inside the process, replay sample events of every format through the whole pipeline into files and into receivers that check what they get. Exit code 0 only if every event was delivered to every sink.",
            "streamenricher demo",
            "streamenricher demo --events 5000 --directory /tmp/demo")
        {
            events, directory,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
            return await RunAsync(parsed.GetValue(events), Path.GetFullPath(parsed.GetRequiredValue(directory)), terminal, loggers, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(int count, string directory, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var console = terminal.CreateConsole();
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory);
        await using var broker = EmbeddedBroker.Start();
        await using var receivers = await DemoReceivers.StartAsync(cancellation);
        var samples = DemoPipeline.Samples();
        terminal.Out.WriteLine($"Kafka broker at {broker.BootstrapServers}, bulk and HEC receivers at {receivers.Url}, both inside this process.");
        var produced = Feed(broker, samples, count);
        terminal.Out.WriteLine($"{produced.Values.Sum():N0} sample events of {samples.Count} formats are in the broker.");

        var file = Path.Combine(directory, "demo.yaml");
        await File.WriteAllTextAsync(file, DemoPipeline.Yaml(broker.BootstrapServers, receivers.Url, directory, samples.Keys), cancellation);
        if (PipelineInput.Read(file, [], terminal, warnings: false) is not { } options)
        {
            return ExitCodes.Failed;
        }

        var report = await ReplayAsync(options, produced, receivers, directory, console, terminal.IsInteractive, loggers, cancellation);
        report.Print(console, terminal.Out, ShippedData.BesideExecutable.LoadCatalogue(options.Attribution.Catalogue), directory);
        return report.IsComplete ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static SortedDictionary<string, int> Feed(EmbeddedBroker broker, IReadOnlyDictionary<string, byte[][]> samples, int count)
    {
        var produced = new SortedDictionary<string, int>(StringComparer.Ordinal);
        broker.CreateTopics([.. samples.Keys.Select(DemoPipeline.TopicOf)]);
        using var feeder = new TopicFeeder(broker.Connection);
        var formats = samples.Keys.ToList();
        for (var i = 0; i < count; i++)
        {
            var format = formats[i % formats.Count];
            var events = samples[format];
            feeder.Write(DemoPipeline.TopicOf(format), events[i / formats.Count % events.Length]);
            produced[format] = produced.GetValueOrDefault(format) + 1;
        }

        feeder.Flush();
        return produced;
    }

    private static async Task<DemoReport> ReplayAsync(
        PipelineOptions options, IReadOnlyDictionary<string, int> produced, DemoReceivers receivers, string directory, IAnsiConsole console, bool interactive,
        ILoggerFactory loggers, CancellationToken cancellation)
    {
        RunTotals totals;
        double seconds;
        await using (var host = await PipelineHost.CreateAsync(options, exitAtEnd: true, TimeProvider.System, loggers))
        {
            totals = host.Totals;
            var begun = TimeProvider.System.GetTimestamp();
            var run = host.RunAsync(cancellation, cancellation);
            if (interactive)
            {
                await ShowProgressAsync(run, totals, produced.Values.Sum(), console);
            }

            await run;
            seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        }

        // The files are complete now that the host has closed them.
        return DemoReport.Of(produced, receivers, totals, directory, seconds);
    }

    private static Task ShowProgressAsync(Task<EngineResult> run, RunTotals totals, int count, IAnsiConsole console) => console.Progress().StartAsync(async progress =>
    {
        var tasks = DemoPipeline.WholeSinks.Select(sink => (Sink: sink, Bar: progress.AddTask(sink, maxValue: count))).ToList();
        while (!run.IsCompleted)
        {
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System));
            foreach (var (sink, bar) in tasks)
            {
                bar.Value = totals.Of(sink, "delivered");
            }
        }
    });
}
