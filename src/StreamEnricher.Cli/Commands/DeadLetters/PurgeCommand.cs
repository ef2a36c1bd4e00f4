using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Composition.DeadLetters;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary><c>dlq purge</c>.</summary>
internal static class PurgeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var filter = new FilterOptions();
        var all = new Option<bool>("--all") { Description = "All of them." };
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be deleted and delete nothing." };
        var command = new DocumentedCommand(
            "purge",
            "Delete dead letters for good. Kafka deletes only from the beginning of a topic, so there only --until or --all can be given; a folder takes every filter.",
            "streamenricher dlq purge pipelines/detections.yaml --until 30d",
            "streamenricher dlq purge pipelines/detections.yaml --reason too_large --dry-run")
        {
            pipeline, set, all, dryRun, output,
        };
        filter.AddTo(command);
        command.SetAction((parsed, cancellation) => DlqCommand.UseAsync(parsed, pipeline, set, terminal, async (_, box, _) =>
        {
            var chosen = filter.Read(parsed);
            if (chosen.TakesAll != parsed.GetValue(all))
            {
                await terminal.Error.WriteLineAsync("say which to delete, such as --until 30d, or --all; not both");
                return ExitCodes.Usage;
            }

            if (box.IsTopic && chosen.ChoosesWithin)
            {
                await terminal.Error.WriteLineAsync("dead letters in a Kafka topic can be deleted only from the beginning: give --until or --all, and no other filter");
                return ExitCodes.Usage;
            }

            var (json, isDry) = (parsed.GetValue(output) == "json", parsed.GetValue(dryRun));
            var (done, inUse) = isDry ? (await ListCommand.PrintAsync(box.ReadAsync(chosen, cancellation), 0, json, terminal), 0) : await box.PurgeAsync(chosen, cancellation);
            await terminal.Out.WriteLineAsync(json
                ? JsonSerializer.Serialize(new DeadLetterTotals(done, inUse, isDry), CommandJson.Default.DeadLetterTotals)
                : $"{done} {(isDry ? "would be deleted" : "deleted")}");
            if (inUse > 0)
            {
                await terminal.Error.WriteLineAsync($"{inUse} left: they are in a file that an engine still writes to");
            }

            return ExitCodes.Done;
        }));
        return command;
    }
}
