using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>sink</c>: where the sinks of a pipeline stand, and sending one back.</summary>
internal static class SinkCommand
{
    private const string Earliest = "earliest";

    /// <summary>The command with its subcommands.</summary>
    public static Command Create(Terminal terminal) => new("sink", "Show where the sinks of a pipeline stand in Kafka, or replay events into one.") { List(terminal), Rewind(terminal) };

    private static DocumentedCommand List(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var sink = new Argument<string?>("SINK") { Description = "One sink; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "list", "Show for each sink and partition how far it is settled, and how many records are left.", "streamenricher sink list pipelines/detections.yaml")
        {
            pipeline, sink, set, output,
        };
        command.SetAction((parsed, cancellation) => UseAsync(parsed, pipeline, set, terminal, async (options, groups) =>
        {
            string[] sinks = parsed.GetValue(sink) is { } one ? [one] : [.. options.ActiveSinks.Select(static active => active.Key)];
            return Find(options, sinks, terminal) ? Write(await groups.ListAsync(sinks, cancellation), parsed.GetValue(output) == "json", terminal) : ExitCodes.Usage;
        }));
        return command;
    }

    private static DocumentedCommand Rewind(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var sink = new Argument<string>("SINK") { Description = "The sink." };
        var to = new Option<string>("--to") { HelpName = "place", Description = "earliest, an offset, or a time such as 2026-03-01T00:00:00Z.", DefaultValueFactory = _ => Earliest };
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "rewind",
            "Let a sink begin anew at another place, while the pipeline does not run: it gets again what comes after it, and the other sinks are not touched.",
            "streamenricher sink rewind pipelines/detections.yaml splunk --to earliest",
            "streamenricher sink rewind pipelines/detections.yaml splunk --to 2026-03-01T00:00:00Z")
        {
            pipeline, sink, to, set, output,
        };
        command.SetAction((parsed, cancellation) => UseAsync(parsed, pipeline, set, terminal, async (options, groups) =>
        {
            var name = parsed.GetRequiredValue(sink);
            if (!Find(options, [name], terminal))
            {
                return ExitCodes.Usage;
            }

            var place = parsed.GetRequiredValue(to);
            if (Target(place) is not { } target)
            {
                await terminal.Error.WriteLineAsync($"--to {place}: it can be earliest, an offset from 0, or a time such as 2026-03-01T00:00:00Z");
                return ExitCodes.Usage;
            }

            return Write(await groups.RewindAsync(name, target, cancellation), parsed.GetValue(output) == "json", terminal);
        }));
        return command;
    }

    private static async Task<int> UseAsync(
        ParseResult parsed, Argument<string> pipeline, Option<string[]> set, Terminal terminal, Func<PipelineOptions, SinkGroups, Task<int>> action)
    {
        using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
        if (PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is not { } options)
        {
            return ExitCodes.Usage;
        }

        try
        {
            return await action(options, new SinkGroups(KafkaMapping.Source(options, exitAtEnd: false), TimeProvider.System, loggers.CreateLogger("StreamEnricher")));
        }
        catch (KafkaSetupException error)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }

    private static bool Find(PipelineOptions options, IReadOnlyList<string> sinks, Terminal terminal)
    {
        var active = options.ActiveSinks.Select(static sink => sink.Key).ToList();
        if (sinks.FirstOrDefault(sink => !active.Contains(sink)) is not { } unknown)
        {
            return true;
        }

        terminal.Error.WriteLine($"the pipeline has no sink {unknown} that is on (it has {string.Join(", ", active)})");
        return false;
    }

    private static SinkTarget? Target(string place)
    {
        if (place == Earliest)
        {
            return new SinkTarget();
        }

        if (long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return new SinkTarget(offset);
        }

        return DateTimeOffset.TryParse(place, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new SinkTarget(Time: time) : null;
    }

    private static int Write(IReadOnlyList<SinkPlace> places, bool json, Terminal terminal)
    {
        if (json)
        {
            foreach (var place in places)
            {
                terminal.Out.WriteLine(JsonSerializer.Serialize(place, CommandJson.Default.SinkPlace));
            }

            return ExitCodes.Done;
        }

        terminal.Out.WriteLine($"{"SINK",-16} {"PARTITION",-32} {"SETTLED",12} {"END",12} {"LAG",12}");
        foreach (var place in places)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{place.Sink,-16} {place.Topic + "/" + place.Partition,-32} {place.Settled?.ToString(CultureInfo.InvariantCulture) ?? "-",12} {place.High,12} {place.Lag?.ToString(CultureInfo.InvariantCulture) ?? "-",12}"));
        }

        return ExitCodes.Done;
    }
}
