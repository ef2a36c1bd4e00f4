using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Explaining;

namespace StreamEnricher.Cli.EventTests;

/// <summary>Compares what became of an event with what was expected of it.</summary>
internal static class Differences
{
    private const string Absent = "absent";
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All that differs, in the order of the expectation's keys.</summary>
    public static IReadOnlyList<Difference> Of(Expectation expected, Explanation actual)
    {
        var found = new List<Difference>();
        if (expected.DeadLetter != actual.Refused?.Reason)
        {
            found.Add(new Difference("dead_letter", expected.DeadLetter ?? "none", actual.Refused is { } refused ? $"{refused.Reason} ({refused.Detail})" : "none"));
        }

        if (actual.Event is not { } read)
        {
            return found;
        }

        Text("format", expected.Format, read.Format, found);
        Text("case", expected.Case, read.Case, found);
        foreach (var (field, value) in expected.Fields)
        {
            var has = Find(read.Document, field);
            if (!Same(value, has))
            {
                found.Add(new Difference(field, value is null ? Absent : Json(value), has is null ? Absent : Json(has)));
            }
        }

        Sets("techniques", expected.Techniques, read.Techniques.AsArray().Select(technique => technique!["id"]!.GetValue<string>()), found);
        Sets("sinks", expected.Sinks, actual.Sinks.Where(sink => sink.Outcome == ExplainedSink.Sent).Select(sink => sink.Name), found);
        return found;
    }

    private static void Text(string what, string? expected, string? actual, List<Difference> found)
    {
        if (expected is not null && expected != actual)
        {
            found.Add(new Difference(what, expected, actual ?? "none"));
        }
    }

    private static void Sets(string what, IReadOnlyList<string>? expected, IEnumerable<string> actual, List<Difference> found)
    {
        var has = actual.Order(StringComparer.Ordinal).ToList();
        if (expected is null || expected.Order(StringComparer.Ordinal).SequenceEqual(has))
        {
            return;
        }

        var missing = expected.Except(has).ToList();
        var more = has.Except(expected).ToList();
        found.Add(new Difference(
            what,
            List(expected),
            List(has) + (missing.Count > 0 ? $"; missing {string.Join(", ", missing)}" : "") + (more.Count > 0 ? $"; not expected {string.Join(", ", more)}" : "")));
    }

    private static string List(IReadOnlyList<string> texts) => texts.Count == 0 ? "none" : string.Join(", ", texts);

    /// <summary>A dotted name; where a member's own name has dots, as under a vendor namespace, objects are tried first.</summary>
    private static JsonNode? Find(JsonNode? node, string path)
    {
        if (node is not JsonObject members)
        {
            return null;
        }

        if (members.TryGetPropertyValue(path, out var whole))
        {
            return whole;
        }

        for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = path.IndexOf('.', dot + 1))
        {
            if (members[path[..dot]] is { } inner && Find(inner, path[(dot + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Equal, or a list of one where one value is expected. Numbers are equal by value.</summary>
    private static bool Same(JsonNode? expected, JsonNode? actual) =>
        JsonNode.DeepEquals(expected, actual)
        || (expected is JsonValue && actual is JsonArray { Count: 1 } list && Same(expected, list[0]))
        || (expected is JsonValue && actual is JsonValue && IsNumber(expected) && IsNumber(actual) && decimal.TryParse(Json(expected), CultureInfo.InvariantCulture, out var one) && decimal.TryParse(Json(actual), CultureInfo.InvariantCulture, out var other) && one == other);

    private static bool IsNumber(JsonNode node) => node.GetValueKind() == JsonValueKind.Number;

    private static string Json(JsonNode node) => node.ToJsonString(Relaxed);
}
