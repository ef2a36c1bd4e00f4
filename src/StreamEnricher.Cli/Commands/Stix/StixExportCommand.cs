using System.CommandLine;
using StreamEnricher.Cli.Commands.DeadLetters;
using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Commands.Stix;

/// <summary><c>stix export</c>.</summary>
internal static class StixExportCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var sink = new Option<string?>("--sink") { HelpName = "name", Description = "Sink whose objects are taken. Default: the first stix sink that writes to a topic, else the first that writes objects to files." };
        var since = FilterOptions.Moment("--since", "Only what was modified then or later: 2026-03-01T12:00:00Z, or 24h for a day ago.");
        var until = FilterOptions.Moment("--until", "Only what was modified before then.");
        var command = new DocumentedCommand(
            "export",
            "Write the STIX objects of a pipeline as one bundle to standard output, the newest version of each, with all that they refer to. They are held in memory meanwhile.",
            "streamenricher stix export pipelines/detections.yaml --since 24h > bundle.json",
            "streamenricher stix export pipelines/detections.yaml --sink intel --since 2026-03-01T00:00:00Z --until 2026-03-02T00:00:00Z")
        {
            pipeline, set, sink, since, until,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
            if (PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is not { } options)
            {
                return ExitCodes.Usage;
            }

            if (StixSource.Find(options, parsed.GetValue(sink), loggers, out var problem) is not { } source)
            {
                await terminal.Error.WriteLineAsync(problem);
                return ExitCodes.Usage;
            }

            return await ExportAsync(source, new StixExport(parsed.GetValue(since), parsed.GetValue(until)), terminal, cancellation);
        });
        return command;
    }

    private static async Task<int> ExportAsync(StixSource source, StixExport export, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            await foreach (var record in source.ReadAsync(cancellation))
            {
                export.Add(record);
            }

            await using var output = terminal.OpenOutput();
            var count = await export.WriteAsync(output, cancellation);
            await terminal.Error.WriteLineAsync($"{count} objects{(export.Skipped > 0 ? $"; {export.Skipped} records were no STIX objects" : "")}");
            return count > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or KafkaSetupException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }
}
