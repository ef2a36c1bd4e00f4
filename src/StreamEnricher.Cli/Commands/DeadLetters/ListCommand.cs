using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary><c>dlq list</c>.</summary>
internal static class ListCommand
{
    private const int UsualLimit = 100;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var filter = new FilterOptions();
        var limit = new Option<int>("--limit") { Description = "Most that are printed; 0 for all.", DefaultValueFactory = _ => UsualLimit };
        var command = new DocumentedCommand(
            "list",
            "List dead letters: the files of a folder or the partitions of a topic one after another, each from its oldest.",
            "streamenricher dlq list pipelines/detections.yaml --sink siem --since 2026-03-01T00:00:00Z",
            "streamenricher dlq list pipelines/detections.yaml --technique T1059 --limit 0 --output json")
        {
            pipeline, set, limit, output,
        };
        filter.AddTo(command);
        command.SetAction((parsed, cancellation) => DlqCommand.UseAsync(parsed, pipeline, set, terminal, async (_, box, _) =>
        {
            await PrintAsync(box.ReadAsync(filter.Read(parsed), cancellation), parsed.GetValue(limit), parsed.GetValue(output) == "json", terminal);
            return ExitCodes.Done;
        }));
        return command;
    }

    /// <summary>Prints dead letters; returns how many there are, printed or not.</summary>
    public static async Task<long> PrintAsync(IAsyncEnumerable<StoredDeadLetter> letters, int limit, bool json, Terminal terminal)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("Time", "Sink", "Reason", "Record", "Event id", "Detail");
        long count = 0;
        await foreach (var letter in letters)
        {
            count++;
            if (limit > 0 && count > limit)
            {
                continue;
            }

            if (json)
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(DeadLetterLine.Brief(letter), CommandJson.Default.DeadLetterLine));
                continue;
            }

            table.AddRow(Markup.Escape(letter.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)), Markup.Escape(letter.Sink), Markup.Escape(letter.Reason), Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{letter.Topic}/{letter.Partition}/{letter.Offset}")), Markup.Escape(letter.EventId), Markup.Escape(letter.Detail));
        }

        if (!json)
        {
            if (count > 0)
            {
                terminal.CreateConsole().Write(table);
            }

            await terminal.Error.WriteLineAsync(limit > 0 && count > limit ? $"{limit} of {count} dead letters; --limit 0 prints all" : $"{count} dead letters");
        }

        return count;
    }
}
