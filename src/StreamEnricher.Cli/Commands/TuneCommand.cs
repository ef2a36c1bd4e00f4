using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Cli.Benching.Tuning;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>tune</c>: the settings that serve a goal best on this machine.</summary>
internal static class TuneCommand
{
    /// <summary>Without a rate latency is measured at this part of what the pipeline takes at most: at the limit it is the queue that is measured.</summary>
    private const double PartOfMost = 0.5;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var load = new LoadOptions();
        var goal = new Option<TuningGoal>("--goal") { Description = "What is to get better: throughput, latency (99th percentile at a rate) or cost (CPU an event).", DefaultValueFactory = _ => TuningGoal.Throughput };
        var memory = new Option<string?>("--memory") { HelpName = "size", Description = "Most that may be in flight, such as 512MiB. Default: limits.memory of the pipeline." };
        var pairs = new Option<int>("--pairs") { HelpName = "count", Description = "Pairs of runs a comparison.", DefaultValueFactory = _ => new TuningPlan().Pairs };
        var slice = new Option<double>("--slice") { HelpName = "seconds", Description = "Length of one run of a pair.", DefaultValueFactory = _ => 1 };
        var write = new Option<string?>("--write") { HelpName = "file", Description = "Write the recommended YAML there; - or nothing: to standard output." };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "tune",
            "Search batch size, linger, parallelism, requests at a time and compression for a goal, under a memory limit. Each value runs in turns with the best so far, and nothing within the noise of the machine is recommended. Takes some minutes; --duration is the length of the first run, which warms up.",
            "streamenricher tune pipelines/detections.yaml --goal throughput --write tuned.yaml",
            "streamenricher tune pipelines/detections.yaml --goal latency --rate 20000/s --reply-delay 15ms",
            "streamenricher tune pipelines/detections.yaml --goal cost --link 12MiB/s --memory 256MiB")
        {
            goal, memory, pairs, slice, write, output,
        };
        load.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(goal) == TuningGoal.Throughput && load.HasRate(result))
            {
                result.AddError("--rate sets how many events a second there are: with it tune for latency or cost");
            }

            if (result.GetValue(memory) is { } text && !Units.TryParseSize(text, out _))
            {
                result.AddError("--memory takes a size such as 512MiB");
            }

            if (result.GetValue(pairs) < 2 || result.GetValue(slice) <= 0)
            {
                result.AddError("--pairs must be at least 2 and --slice more than 0: a single pair cannot be told from noise");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Error);
            return await load.UseAsync(parsed, terminal, loggers, (read, plan, events) =>
            {
                var options = parsed.GetValue(memory) is { } text && Units.TryParseSize(text, out var bytes) ? read with { Limits = read.Limits with { Memory = bytes } } : read;
                var tuning = new TuningPlan { Goal = parsed.GetValue(goal), Memory = options.Limits.Memory, Pairs = parsed.GetValue(pairs) };
                var session = new Session(options, plan, events, load.Settings(parsed), load.Describe(parsed), TimeSpan.FromSeconds(parsed.GetValue(slice)), loggers);
                return RunAsync(session, tuning, parsed.GetValue(write), parsed.GetValue(output) == "json", terminal, cancellation);
            });
        });
        return command;
    }

    private static async Task<int> RunAsync(Session session, TuningPlan plan, string? file, bool json, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var first = await session.RunAsync(session.Options, session.Settings with { Rate = plan.Goal == TuningGoal.Latency ? null : session.Settings.Rate }, cancellation);
            var rate = session.Settings.Rate ?? (plan.Goal == TuningGoal.Latency ? Math.Max(1, first.EventsPerSecond * PartOfMost) : null);
            var slice = session.Settings with { Rate = rate, WarmUp = session.Slice / 3, Duration = session.Slice };
            var knobs = KnobList.Of(session.Options, plan.Goal, slice.Sinks, rate is not null, Environment.ProcessorCount);
            var result = await SearchAsync(session, plan, slice, knobs, json ? null : terminal, cancellation);
            string[] circumstances =
            [
                $"{session.Events}, mean {session.Load.EventBytes.ToString("N0", CultureInfo.InvariantCulture)} B, {(rate is { } paced ? $"{paced.ToString("N0", CultureInfo.InvariantCulture)} a second" : "as fast as it goes")}, sinks: {slice.Sinks.ToString().ToLowerInvariant()}.",
                $"{BenchReport.ThisMachine}; limits.memory {Units.FormatSize(plan.Memory)}.",
            ];
            await ReportAsync(result, plan.Goal, TunedYaml.Write(result, plan.Goal, circumstances), file, json, terminal, cancellation);
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is CompositionException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }

    private static async Task<TuningResult> SearchAsync(
        Session session, TuningPlan plan, BenchSettings slice, IReadOnlyList<Knob> knobs, Terminal? terminal, CancellationToken cancellation)
    {
        var view = new TuneView(plan.Goal);
        Task<TuningResult> Search(Action<Trial, bool> progress) =>
            new Tuner(plan, (options, stop) => session.RunAsync(options, slice, stop), progress).RunAsync(session.Options, knobs, cancellation);
        if (terminal is not { IsInteractive: true })
        {
            return await Search((trial, isDone) =>
            {
                if (isDone)
                {
                    terminal?.Out.WriteLine(TuneView.Line(trial));
                }
            });
        }

        return await terminal.CreateConsole().Live(view.Table).StartAsync(live => Search((trial, isDone) =>
        {
            view.Update(trial, isDone);
            live.Refresh();
        }));
    }

    private static async Task ReportAsync(TuningResult result, TuningGoal goal, string yaml, string? file, bool json, Terminal terminal, CancellationToken cancellation)
    {
        if (file is not (null or "-"))
        {
            await File.WriteAllTextAsync(file, yaml, cancellation);
        }

        if (json)
        {
            var report = new ReportedTuning(goal.ToString().ToLowerInvariant(), TunedYaml.Summary(result, goal), [.. result.Changes.Select(static knob => $"{knob.Knob.Name}={knob.Value}")], result.Confirmed, result.Trials);
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(report, CommandJson.Default.ReportedTuning));
            return;
        }

        await terminal.Out.WriteLineAsync(TunedYaml.Summary(result, goal));
        if (file is null or "-")
        {
            await terminal.Out.WriteAsync(yaml);
        }

        if (result.Changes.Any())
        {
            await terminal.Out.WriteLineAsync("Try it with: " + string.Join(' ', result.Changes.Select(static knob => $"--set {knob.Knob.Name}={knob.Value}")));
        }
    }

    /// <summary>What is tuned and what with.</summary>
    private sealed record Session(
        PipelineOptions Options, EnrichmentPlan Plan, LoadStreams Load, BenchSettings Settings, string Events, TimeSpan Slice, ILoggerFactory Loggers)
    {
        /// <summary>Runs a pipeline once.</summary>
        public Task<BenchFigures> RunAsync(PipelineOptions options, BenchSettings settings, CancellationToken cancellation) =>
            new BenchRun(options, Plan, Load, settings, TimeProvider.System, Loggers).RunAsync(cancellation);
    }
}

/// <summary>What <c>tune --output json</c> prints.</summary>
/// <param name="Goal">throughput, latency or cost.</param>
/// <param name="Summary">The result in a sentence.</param>
/// <param name="Changes">What to change, as <c>--set</c> takes it; empty when nothing was better beyond noise.</param>
/// <param name="Confirmed">All changes together beside the file's settings.</param>
/// <param name="Trials">Everything that was run.</param>
internal sealed record ReportedTuning(string Goal, string Summary, IReadOnlyList<string> Changes, Trial? Confirmed, IReadOnlyList<Trial> Trials);
