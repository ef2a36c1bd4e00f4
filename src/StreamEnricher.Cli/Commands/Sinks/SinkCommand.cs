using System.CommandLine;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Commands.Sinks;

/// <summary><c>sink</c>: where the sinks of a pipeline stand, pausing one, and sending one back.</summary>
internal static class SinkCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(Terminal terminal) => new("sink", "Show where the sinks of a pipeline stand in Kafka, pause one, or replay events into one.")
    {
        ListCommand.Create(terminal),
        PauseCommand.Create(terminal, pauses: true),
        PauseCommand.Create(terminal, pauses: false),
        RewindCommand.Create(terminal),
    };

    /// <summary>The sink that a command is for.</summary>
    public static Argument<string> Sink() => new("SINK") { Description = "The sink." };

    /// <summary>Reads the pipeline, checks the names of the sinks and does something to them.</summary>
    public static async Task<int> UseAsync(
        ParseResult parsed, Argument<string> pipeline, Option<string[]> set, Terminal terminal, Func<PipelineOptions, IReadOnlyList<string>> sinks,
        Func<SinkWork, Task<int>> action)
    {
        using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
        if (PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is not { } options)
        {
            return ExitCodes.Usage;
        }

        var active = options.ActiveSinks.Select(static sink => sink.Key).ToList();
        var names = sinks(options);
        if (names.FirstOrDefault(sink => !active.Contains(sink)) is { } unknown)
        {
            await terminal.Error.WriteLineAsync($"the pipeline has no sink {unknown} that is on (it has {string.Join(", ", active)})");
            return ExitCodes.Usage;
        }

        try
        {
            var groups = new SinkGroups(KafkaMapping.Source(options, exitAtEnd: false), TimeProvider.System, loggers.CreateLogger("StreamEnricher"));
            using var api = options.Api is { } listener && !listener.Listen.EndsWith(":0", StringComparison.Ordinal) ? new RunningPipeline(listener, terminal.Environment) : null;
            return await action(new SinkWork(names, groups, api));
        }
        catch (Exception error) when (error is KafkaSetupException or RunningPipelineException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }
}

/// <summary>What a subcommand works on.</summary>
/// <param name="Sinks">Names of sinks.</param>
/// <param name="Groups">Their groups.</param>
/// <param name="Api">The API of a process that may run the pipeline; null when it is off.</param>
internal sealed record SinkWork(IReadOnlyList<string> Sinks, SinkGroups Groups, RunningPipeline? Api);
