using System.CommandLine;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Composition;

namespace StreamEnricher.Cli.Commands.Sinks;

/// <summary><c>sink rewind</c>.</summary>
internal static class RewindCommand
{
    /// <summary>The command.</summary>
    public static DocumentedCommand Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var sink = SinkCommand.Sink();
        var to = new Option<string>("--to")
        {
            HelpName = "place",
            Description = "earliest, an offset, or a time such as 2026-03-01T00:00:00Z.",
            DefaultValueFactory = _ => SinkTargets.Earliest,
        };
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "rewind",
            "Let a sink begin anew at another place: it gets again what comes after it, and the other sinks are not touched. A process that runs the pipeline here is told through its API; if none runs, the sink's group is moved.",
            "streamenricher sink rewind pipelines/detections.yaml splunk --to earliest",
            "streamenricher sink rewind pipelines/detections.yaml splunk --to 2026-03-01T00:00:00Z")
        {
            pipeline, sink, to, set, output,
        };
        command.SetAction((parsed, cancellation) => SinkCommand.UseAsync(parsed, pipeline, set, terminal, _ => [parsed.GetRequiredValue(sink)], async work =>
        {
            var place = parsed.GetRequiredValue(to);
            if (SinkTargets.TryParse(place) is not { } target)
            {
                await terminal.Error.WriteLineAsync($"--to {place}: {SinkTargets.Expected}");
                return ExitCodes.Usage;
            }

            var name = work.Sinks[0];
            var isRunning = work.Api is not null
                && await work.Api.TryPostAsync($"/api/sinks/{Uri.EscapeDataString(name)}/rewind", new JsonObject { ["to"] = place }, cancellation);
            var places = isRunning ? await work.Groups.ListAsync([name], cancellation) : await work.Groups.RewindAsync(name, target, cancellation);
            ListCommand.Write([.. places.Select(static one => new ReportedPlace(one, null))], parsed.GetValue(output) == "json", terminal);
            return ExitCodes.Done;
        }));
        return command;
    }
}
