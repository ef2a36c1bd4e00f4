using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamEnricher.Cli.Explaining;

/// <summary>An explanation for a person: one hop a paragraph, columns aligned, nothing wrapped.</summary>
internal static class ExplanationText
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    public static void Write(Explanation explanation, bool keepsUnmapped, TextWriter writer)
    {
        writer.WriteLine($"source      {explanation.Source} (topic {explanation.Topic})");
        if (explanation.Refused is { } refused)
        {
            writer.WriteLine($"refused     {refused.Reason}: {refused.Detail}");
            writer.WriteLine("            It becomes a dead letter; no sink gets it.");
            return;
        }

        if (explanation.Event is { } read)
        {
            WriteEvent(read, keepsUnmapped, writer);
        }

        foreach (var sink in explanation.Sinks)
        {
            writer.WriteLine();
            writer.WriteLine($"sink {sink.Name}: {sink.Kind} {sink.Address}: {sink.Outcome}");
            foreach (var item in sink.Items)
            {
                if (item.Key is not null)
                {
                    writer.WriteLine($"key {item.Key}");
                }

                writer.WriteLine(item.Value.TrimEnd('\n'));
            }
        }
    }

    private static void WriteEvent(ExplainedEvent read, bool keepsUnmapped, TextWriter writer)
    {
        writer.WriteLine($"format      {read.Format}{(read.Case is null ? "" : $", case {read.Case}")}");
        writer.WriteLine($"event id    {read.EventId}");
        writer.WriteLine($"severity    {read.Severity.ToString(CultureInfo.InvariantCulture)}");
        writer.WriteLine();
        writer.WriteLine("fields");
        var (fields, sources) = (Width(read.Fields.Select(field => field.Field)), Width(read.Fields.Select(field => Source(field))));
        foreach (var field in read.Fields)
        {
            writer.WriteLine($"  {field.Field.PadRight(fields)}  ← {Source(field).PadRight(sources)}  = {Json(field.Value)}");
        }

        writer.WriteLine();
        writer.WriteLine(
            read.LeftOver is null ? "left over   nothing"
            : keepsUnmapped ? $"left over   kept under {read.VendorNamespace}"
            : "left over   dropped (output.unmapped: drop)");
        if (read.LeftOver is JsonObject left)
        {
            var width = Width(left.Select(member => member.Key));
            foreach (var (name, value) in left)
            {
                writer.WriteLine($"  {name.PadRight(width)}  = {Json(value)}");
            }
        }

        foreach (var unfit in read.Unfit)
        {
            writer.WriteLine($"  {unfit.Field} takes no {Json(unfit.Value)} ({unfit.From}); it stays left over");
        }

        WriteTechniques(read, writer);
    }

    private static void WriteTechniques(ExplainedEvent read, TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine(
            read.Techniques is JsonArray { Count: 0 } ? "techniques  none"
            : $"techniques  confidence {read.ConfidenceScore.ToString(CultureInfo.InvariantCulture)}{(read.Degraded ? ", degraded: a provider could not be asked" : "")}");
        foreach (var technique in read.Techniques.AsArray().OfType<JsonObject>())
        {
            writer.WriteLine($"  {technique["id"]}  {technique["name"]}  {Json(technique["tactics"])}  {technique["confidence"]}");
        }

        foreach (var evidence in read.Evidence.AsArray())
        {
            writer.WriteLine($"  because   {Json(evidence)}");
        }
    }

    private static string Source(ExplainedField field) => field.From ?? "(constant)";

    private static int Width(IEnumerable<string> texts) => Math.Min(48, texts.Select(text => text.Length).DefaultIfEmpty(0).Max());

    private static string Json(JsonNode? node) => node?.ToJsonString(Relaxed) ?? "null";
}
