using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamEnricher.Cli.FormatTrials;

/// <summary>A trial for a person.</summary>
internal static class FormatTrialText
{
    private const int ExampleLength = 80;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it: one line a field or value, most frequent first.</summary>
    public static void Write(FormatTrial trial, TextWriter writer)
    {
        writer.WriteLine($"{trial.Events} events");
        foreach (var format in trial.Formats)
        {
            writer.WriteLine($"  {Number(format.Count)}  {format.Format}{(format.Case is null ? "" : $", case {format.Case}")}");
        }

        Section("fields", trial.Fields.Select(field => (field.Field, $"← {field.From ?? "(constant)"}", field.Count, field.Example)), writer);
        Section("left over, kept under the vendor namespace", trial.LeftOver.Select(value => (value.Name, "", value.Count, value.Example)), writer);
        Section("refused by ECS, left over instead", trial.Refused.Select(value => (value.Name, $"→ {value.Field}", value.Count, value.Example)), writer);
        Section("dead letters", trial.DeadLetters.Select(value => (value.Name, "", value.Count, value.Example)), writer);
    }

    private static void Section(string title, IEnumerable<(string Name, string Other, int Count, JsonNode? Example)> lines, TextWriter writer)
    {
        var all = lines.ToList();
        if (all.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine(title);
        var (names, others) = (Math.Min(56, all.Max(line => line.Name.Length)), Math.Min(48, all.Max(line => line.Other.Length)));
        foreach (var (name, other, count, example) in all)
        {
            writer.WriteLine($"  {Number(count)}  {name.PadRight(names)}  {other.PadRight(others)}{(others == 0 ? "" : "  ")}{Short(example)}");
        }
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture).PadLeft(6);

    private static string Short(JsonNode? example)
    {
        var text = example?.ToJsonString(Relaxed) ?? "";
        return text.Length <= ExampleLength ? text : text[..(ExampleLength - 1)] + "…";
    }
}
