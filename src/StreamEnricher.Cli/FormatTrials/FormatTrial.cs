using System.Text.Json.Nodes;
using StreamEnricher.Cli.Explaining;

namespace StreamEnricher.Cli.FormatTrials;

/// <summary>What a sample of events comes to: which formats take it, what goes where, what is left over and what ECS refuses.</summary>
internal sealed class FormatTrial
{
    private readonly Dictionary<string, TriedFormat> _formats = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string?), TriedField> _fields = [];
    private readonly Dictionary<string, TriedValue> _leftOver = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), TriedValue> _refused = [];
    private readonly Dictionary<string, TriedValue> _deadLetters = new(StringComparer.Ordinal);

    /// <summary>Number of events.</summary>
    public int Events { get; private set; }

    /// <summary>Formats and cases, the most frequent first.</summary>
    public IReadOnlyList<TriedFormat> Formats => [.. _formats.Values.OrderByDescending(one => one.Count)];

    /// <summary>ECS fields by name, with the paths that they are made from.</summary>
    public IReadOnlyList<TriedField> Fields => [.. _fields.Values.OrderBy(one => one.Field, StringComparer.Ordinal).ThenByDescending(one => one.Count)];

    /// <summary>What stays under the vendor namespace, the most frequent first.</summary>
    public IReadOnlyList<TriedValue> LeftOver => [.. _leftOver.Values.OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal)];

    /// <summary>Values that a rule wants and that do not fit its field.</summary>
    public IReadOnlyList<TriedValue> Refused => [.. _refused.Values.OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal)];

    /// <summary>Events that are none, by reason.</summary>
    public IReadOnlyList<TriedValue> DeadLetters => [.. _deadLetters.Values.OrderByDescending(one => one.Count)];

    /// <summary>Adds an event.</summary>
    public void Add(Explanation explanation)
    {
        Events++;
        if (explanation.Refused is { } refused)
        {
            Count(_deadLetters, refused.Reason, refused.Reason, null, JsonValue.Create(refused.Detail));
            return;
        }

        if (explanation.Event is not { } read)
        {
            return;
        }

        var name = read.Case is null ? read.Format : $"{read.Format}, {read.Case}";
        (_formats.TryGetValue(name, out var format) ? format : _formats[name] = new TriedFormat(read.Format, read.Case)).Count++;
        foreach (var field in read.Fields)
        {
            (_fields.TryGetValue((field.Field, field.From), out var known) ? known : _fields[(field.Field, field.From)] = new TriedField(field.Field, field.From, field.Value)).Count++;
        }

        foreach (var unfit in read.Unfit)
        {
            Count(_refused, (unfit.Field, unfit.From), unfit.From, unfit.Field, unfit.Value);
        }

        CountLeaves(read.VendorNamespace, read.LeftOver);
    }

    private static void Count<T>(Dictionary<T, TriedValue> counted, T key, string name, string? field, JsonNode? example)
        where T : notnull
    {
        if (!counted.TryGetValue(key, out var known))
        {
            counted[key] = known = new TriedValue(name, field, example);
        }

        known.Count++;
    }

    private void CountLeaves(string path, JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                CountLeaves($"{path}.{name}", value);
            }
        }
        else if (node is not null)
        {
            Count(_leftOver, path, path, null, node.DeepClone());
        }
    }
}

/// <summary>A format, and a case of it, that took events.</summary>
internal sealed record TriedFormat(string Format, string? Case)
{
    public int Count { get; set; }
}

/// <summary>An ECS field.</summary>
/// <param name="Field">Dotted name.</param>
/// <param name="From">Source path; null for a constant of the format.</param>
/// <param name="Example">Value of the first event that has it.</param>
internal sealed record TriedField(string Field, string? From, JsonNode? Example)
{
    public int Count { get; set; }
}

/// <summary>A value that found no ECS field.</summary>
/// <param name="Name">Where it is.</param>
/// <param name="Field">ECS field that does not take it; null when none wants it.</param>
/// <param name="Example">The first.</param>
internal sealed record TriedValue(string Name, string? Field, JsonNode? Example)
{
    public int Count { get; set; }
}
