using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Reads the <c>correlation</c> block of a rule document.</summary>
/// <param name="problem">Receives what is wrong.</param>
internal sealed class CorrelationReader(Action<YamlNode, string> problem)
{
    /// <summary>Hits that a window must be able to hold; a correlation that needs more is refused.</summary>
    internal const int MostNeeded = 10_000;

    private const string Types = "event_count, value_count, temporal, temporal_ordered";

    private static readonly string[] LowerBounds = ["gt", "gte", "eq"];
    private static readonly string[] UpperBounds = ["lt", "lte"];

    /// <summary>Reads the block into a correlation that has the document's other members.</summary>
    /// <param name="node">The block.</param>
    /// <param name="document">Makes the correlation of what the block says.</param>
    /// <returns>Null when something is wrong.</returns>
    public SigmaCorrelation? Read(YamlNode node, Func<Block, SigmaCorrelation> document)
    {
        if (node is not YamlMappingNode map)
        {
            problem(node, "'correlation' must be a map of type, rules, group-by, timespan and condition");
            return null;
        }

        var keys = new RuleKeys(map);
        var type = Type(keys, node);
        var rules = References(keys.Find("rules"), node);
        var span = Timespan(keys.Find("timespan"), node);
        var generate = keys.Text("generate") == "true";
        var groupBy = Names(keys.Find("group-by"), "'group-by' must be a field, an alias, or a list of them");
        var aliases = Aliases(keys.Find("aliases"));
        if (type is null || rules.Count == 0 || span is null || groupBy is null || aliases is null || Condition(keys.Find("condition"), type.Value, rules.Count, node) is not var (count, values))
        {
            return null;
        }

        return count > MostNeeded
            ? Refuse(keys.Find("condition") ?? node, $"{count} hits in one window are more than are kept ({MostNeeded}); count over a shorter timespan")
            : document(new Block(type.Value, rules, groupBy, aliases, span.Value, count, values, generate));
    }

    private SigmaCorrelation? Refuse(YamlNode node, string message)
    {
        problem(node, message);
        return null;
    }

    private CorrelationType? Type(RuleKeys keys, YamlNode node)
    {
        switch (keys.Text("type"))
        {
            case "event_count":
                return CorrelationType.EventCount;
            case "value_count":
                return CorrelationType.ValueCount;
            case "temporal":
                return CorrelationType.Temporal;
            case "temporal_ordered":
                return CorrelationType.TemporalOrdered;
            case { } other:
                problem(keys.Find("type")!, $"unknown correlation type '{other}'; there are {Types}");
                return null;
            default:
                problem(node, $"the correlation has no 'type'; there are {Types}");
                return null;
        }
    }

    private List<RuleReference> References(YamlNode? node, YamlNode block)
    {
        var rules = new List<RuleReference>();
        foreach (var item in node is YamlSequenceNode list ? list.Children : node is null ? [] : [node])
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } name })
            {
                rules.Add(new RuleReference(name, item.Start.Line, item.Start.Column));
            }
            else
            {
                problem(item, "'rules' takes ids or names of rules");
                return [];
            }
        }

        if (rules.Count == 0)
        {
            problem(node ?? block, "the correlation names no 'rules'");
        }

        return rules;
    }

    private TimeSpan? Timespan(YamlNode? node, YamlNode block)
    {
        if (node is YamlScalarNode { Value: { Length: > 1 } text }
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 100_000
            && text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 7 * 86_400, _ => 0 } is > 0 and var seconds)
        {
            return TimeSpan.FromSeconds((double)number * seconds);
        }

        problem(node ?? block, "'timespan' must be a number with s, m, h, d or w behind it, such as 5m");
        return null;
    }

    private List<string>? Names(YamlNode? node, string message)
    {
        var names = new List<string>();
        foreach (var item in node is YamlSequenceNode list ? list.Children : node is null ? [] : [node])
        {
            if (item is not YamlScalarNode { Value: { Length: > 0 } name })
            {
                problem(item, message);
                return null;
            }

            names.Add(name);
        }

        return names;
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>>? Aliases(YamlNode? node)
    {
        var aliases = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (node is null)
        {
            return aliases;
        }

        if (node is YamlMappingNode map)
        {
            foreach (var (alias, fields) in map.Children)
            {
                if (alias is not YamlScalarNode { Value: { Length: > 0 } name } || fields is not YamlMappingNode byRule
                    || byRule.Children.Any(pair => pair.Key is not YamlScalarNode { Value.Length: > 0 } || pair.Value is not YamlScalarNode { Value.Length: > 0 }))
                {
                    problem(alias, "an alias is a map of rule name: field");
                    return null;
                }

                aliases[name] = byRule.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!, StringComparer.OrdinalIgnoreCase);
            }

            return aliases;
        }

        problem(node, "'aliases' must be a map of alias: { rule name: field }");
        return null;
    }

    /// <summary>The count at which the correlation fires, and the fields whose values are counted.</summary>
    private (int Count, IReadOnlyList<string> Values)? Condition(YamlNode? node, CorrelationType type, int rules, YamlNode block)
    {
        var isTemporal = type is CorrelationType.Temporal or CorrelationType.TemporalOrdered;
        if (node is null && isTemporal)
        {
            return (rules, []);
        }

        if (node is not YamlMappingNode map)
        {
            problem(node ?? block, "'condition' must be a map such as { gte: 10 }");
            return null;
        }

        var values = Names(new RuleKeys(map).Find("field"), "'field' must be a field, an alias, or a list of them");
        if (values is null || Bound(map) is not { } count)
        {
            return null;
        }

        if (type == CorrelationType.ValueCount && values.Count == 0)
        {
            problem(node, "value_count needs the 'field' whose values are counted");
            return null;
        }

        if (isTemporal && (count > rules || (type == CorrelationType.TemporalOrdered && count != rules)))
        {
            problem(node, type == CorrelationType.Temporal ? $"{count} different rules cannot hit: the correlation names {rules}" : "temporal_ordered wants all its rules in their order; take the condition out");
            return null;
        }

        return (count, type == CorrelationType.ValueCount ? values : []);
    }

    private int? Bound(YamlMappingNode map)
    {
        int? least = null;
        var most = int.MaxValue;
        foreach (var (key, value) in map.Children)
        {
            var word = (key as YamlScalarNode)?.Value ?? "";
            if (word == "field")
            {
                continue;
            }

            if (!LowerBounds.Contains(word) && !UpperBounds.Contains(word))
            {
                problem(key, $"unknown condition '{word}'; there are {string.Join(", ", LowerBounds.Concat(UpperBounds))}");
                return null;
            }

            if (value is not YamlScalarNode { Value: { } text } || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                problem(value, $"'{word}' takes a whole number");
                return null;
            }

            switch (word)
            {
                case "gt":
                    least = Math.Max(least ?? 0, number + 1);
                    break;
                case "gte" or "eq":
                    least = Math.Max(least ?? 0, number);
                    break;
                case "lt":
                    most = Math.Min(most, number - 1);
                    break;
                default:
                    most = Math.Min(most, number);
                    break;
            }
        }

        if (least is null or < 1)
        {
            problem(map, "the condition needs 'gte', 'gt' or 'eq' with at least one hit: that something stayed away is known only when no event can carry it any more");
            return null;
        }

        if (least > most)
        {
            problem(map, $"the condition cannot hold: at least {least} and at most {most}");
            return null;
        }

        return least;
    }

    /// <summary>What the block says.</summary>
    internal sealed record Block(
        CorrelationType Type, IReadOnlyList<RuleReference> Rules, IReadOnlyList<string> GroupBy, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Aliases,
        TimeSpan Timespan, int Count, IReadOnlyList<string> Values, bool Generate);
}
