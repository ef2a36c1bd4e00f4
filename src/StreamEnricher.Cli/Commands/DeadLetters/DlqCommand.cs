using System.CommandLine;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary><c>dlq</c>: what became of the records that could not be delivered.</summary>
internal static class DlqCommand
{
    /// <summary>The command with its four verbs.</summary>
    public static Command Create(Terminal terminal) => new DocumentedCommand(
        "dlq",
        "List, show, replay and purge dead letters: records that were refused for good, with the reason and their original bytes.",
        "streamenricher dlq list pipelines/detections.yaml --since 2h --reason mapping_rejected",
        "streamenricher dlq replay pipelines/detections.yaml --sink siem --rate 500/s")
    {
        ListCommand.Create(terminal),
        ShowCommand.Create(terminal),
        ReplayCommand.Create(terminal),
        PurgeCommand.Create(terminal),
    };

    /// <summary>Runs an action on a pipeline's dead letters; what goes wrong is said in one line.</summary>
    public static async Task<int> UseAsync(
        ParseResult parsed, Argument<string> pipeline, Option<string[]> set, Terminal terminal, Func<PipelineOptions, DeadLetterBox, ILoggerFactory, Task<int>> action)
    {
        using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Error);
        if (PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is not { } options)
        {
            return ExitCodes.Usage;
        }

        try
        {
            return await action(options, new DeadLetterBox(options, loggers), loggers);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or KafkaSetupException or CompositionException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }
}
