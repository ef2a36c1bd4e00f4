using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary><c>dlq replay</c>.</summary>
internal static class ReplayCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var filter = new FilterOptions();
        var to = new Option<string?>("--to") { HelpName = "sink", Description = "The only sink that gets them, or 'all'. Default: the sink that refused each, and all for those refused before the fan-out." };
        var rate = new Option<string>("--rate") { HelpName = "500/s", Description = "Most that is written: events (500/s) or bytes (1MiB/s).", DefaultValueFactory = _ => "none" };
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be replayed and write nothing." };
        var command = new DocumentedCommand(
            "replay",
            "Write dead letters to their topics again, for the running pipeline to deliver. They keep their event id, position and time, so that a sink that has one already knows it.",
            "streamenricher dlq replay pipelines/detections.yaml --sink siem --reason mapping_rejected --dry-run",
            "streamenricher dlq replay pipelines/detections.yaml --since 1d --to splunk --rate 500/s")
        {
            pipeline, set, to, rate, dryRun, output,
        };
        filter.AddTo(command);
        command.SetAction((parsed, cancellation) => DlqCommand.UseAsync(parsed, pipeline, set, terminal, async (options, box, loggers) =>
        {
            var target = parsed.GetValue(to);
            if (target is not null and not DeadLetterReplay.AllSinks && options.ActiveSinks.All(sink => sink.Key != target))
            {
                await terminal.Error.WriteLineAsync($"the pipeline has no sink {target} ({Suggestion.For(target, [.. options.ActiveSinks.Select(sink => sink.Key), DeadLetterReplay.AllSinks])})");
                return ExitCodes.Usage;
            }

            if (!Units.TryParseRate(parsed.GetRequiredValue(rate), out var limit))
            {
                await terminal.Error.WriteLineAsync("--rate must be a rate such as 500/s or 1MiB/s");
                return ExitCodes.Usage;
            }

            var (json, isDry) = (parsed.GetValue(output) == "json", parsed.GetValue(dryRun));
            var replay = new DeadLetterReplay(options, target);
            var skipped = new Dictionary<string, long>(StringComparer.Ordinal);
            var letters = box.ReadAsync(filter.Read(parsed), cancellation).Where(letter => IsPossible(replay, letter, skipped));
            var done = isDry ? await ListCommand.PrintAsync(letters, 0, json, terminal) : await replay.RunAsync(letters, limit, loggers, cancellation);
            await SummaryAsync(new DeadLetterTotals(done, skipped.Values.Sum(), isDry), json, terminal);
            foreach (var (obstacle, count) in skipped)
            {
                await terminal.Error.WriteLineAsync($"{count} left where they are: {obstacle}");
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    private static bool IsPossible(DeadLetterReplay replay, StoredDeadLetter letter, Dictionary<string, long> skipped)
    {
        if (replay.Obstacle(letter) is { } obstacle)
        {
            skipped[obstacle] = skipped.GetValueOrDefault(obstacle) + 1;
            return false;
        }

        return true;
    }

    private static async Task SummaryAsync(DeadLetterTotals totals, bool json, Terminal terminal)
    {
        if (json)
        {
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(totals, CommandJson.Default.DeadLetterTotals));
        }
        else
        {
            await terminal.Out.WriteLineAsync($"{totals.Done} {(totals.DryRun ? "would be replayed" : "replayed")}");
        }
    }
}
