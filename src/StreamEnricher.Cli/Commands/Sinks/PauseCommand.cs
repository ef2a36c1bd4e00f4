namespace StreamEnricher.Cli.Commands.Sinks;

/// <summary><c>sink pause</c> and <c>sink resume</c>.</summary>
internal static class PauseCommand
{
    /// <summary>The command.</summary>
    /// <param name="terminal">Where to write.</param>
    /// <param name="pauses">It pauses; or it resumes.</param>
    public static DocumentedCommand Create(Terminal terminal, bool pauses)
    {
        var pipeline = CommonOptions.Pipeline();
        var sink = SinkCommand.Sink();
        var set = CommonOptions.Set();
        var verb = pauses ? "pause" : "resume";
        var command = new DocumentedCommand(
            verb,
            pauses
                ? "Let a sink of the running pipeline get nothing until it is resumed or the process ends; the others go on, and what it does not get stays in Kafka."
                : "Let a paused sink of the running pipeline go on where it stands.",
            $"streamenricher sink {verb} pipelines/detections.yaml splunk")
        {
            pipeline, sink, set,
        };
        command.SetAction((parsed, cancellation) => SinkCommand.UseAsync(parsed, pipeline, set, terminal, _ => [parsed.GetRequiredValue(sink)], async work =>
        {
            var name = work.Sinks[0];
            if (work.Api is null || !await work.Api.TryPostAsync($"/api/sinks/{Uri.EscapeDataString(name)}/{verb}", null, cancellation))
            {
                await terminal.Error.WriteLineAsync(NotRunning(work.Api, name));
                return ExitCodes.Failed;
            }

            await terminal.Out.WriteLineAsync($"{name} is {(pauses ? "paused" : "resumed")}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static string NotRunning(RunningPipeline? api, string sink) =>
        (api is null ? "The API of this pipeline is off, so a running process cannot be told" : $"No process of this pipeline answers at {api.Address}, and nothing is delivered while none runs")
        + $". For a sink that gets nothing from the start write sinks.{sink}.paused: true.";
}
