using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Commands.DeadLetters;

/// <summary><c>dlq show</c>.</summary>
internal static class ShowCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var id = new Argument<string>("RECORD") { Description = "Event id, or topic/partition/offset of the record." };
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "show",
            "Show all of a dead letter: why it was refused, by which sink, and its key, value and headers. A record that several sinks refused has several.",
            "streamenricher dlq show pipelines/detections.yaml suricata/3/81472",
            "streamenricher dlq show pipelines/detections.yaml 6f1ed002ab5595859014ebf0951522d9 --output json")
        {
            pipeline, id, set, output,
        };
        command.SetAction((parsed, cancellation) => DlqCommand.UseAsync(parsed, pipeline, set, terminal, async (_, box, _) =>
        {
            var wanted = parsed.GetRequiredValue(id);
            var found = false;
            await foreach (var letter in box.ReadAsync(new DeadLetterFilter(), cancellation))
            {
                if (letter.EventId == wanted || Position(letter) == wanted)
                {
                    found = true;
                    await terminal.Out.WriteLineAsync(parsed.GetValue(output) == "json" ? JsonSerializer.Serialize(DeadLetterLine.Whole(letter), CommandJson.Default.DeadLetterLine) : Text(letter));
                }
            }

            if (!found)
            {
                await terminal.Error.WriteLineAsync($"there is no dead letter of {wanted}; 'streamenricher dlq list' names them");
            }

            return found ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    private static string Position(StoredDeadLetter letter) => string.Create(CultureInfo.InvariantCulture, $"{letter.Topic}/{letter.Partition}/{letter.Offset}");

    private static string Text(StoredDeadLetter letter)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"record    {Position(letter)}");
        text.WriteLine($"event id  {letter.EventId}");
        text.WriteLine($"refused   {letter.Time:yyyy-MM-dd'T'HH:mm:ss'Z'} by {(letter.Sink == "*" ? "the pipeline, before any sink" : letter.Sink)}, asked {letter.Attempts} times");
        text.WriteLine($"reason    {letter.Reason}: {letter.Detail}");
        text.WriteLine($"place     {letter.Place}");
        foreach (var (name, value) in letter.Headers)
        {
            text.WriteLine($"header    {name}: {(value is null ? "(null)" : DeadLetterLine.Text(value))}");
        }

        text.WriteLine($"key       {(letter.Key is null ? "(none)" : DeadLetterLine.Text(letter.Key))}");
        text.Write($"value     {(letter.Value is null ? "(none)" : DeadLetterLine.Text(letter.Value))}");
        return text.ToString();
    }
}
