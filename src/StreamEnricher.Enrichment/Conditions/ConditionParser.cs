using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Reads the YAML of a condition.</summary>
/// <param name="dialect">What it may use.</param>
internal sealed class ConditionParser(ConditionDialect dialect)
{
    private const string ConditionKey = "condition";

    private readonly List<string> _fields = [];
    private readonly List<ConditionError> _errors = [];

    public IReadOnlyList<string> Fields => _fields;

    public IReadOnlyList<ConditionError> Errors => _errors;

    public ConditionDialect Dialect => dialect;

    /// <summary>A condition: named selections with <c>condition</c>, or a selection.</summary>
    public ConditionNode? Parse(YamlNode node)
    {
        if (node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(ConditionKey), out var expression))
        {
            return Named(map, expression);
        }

        return Selection(node);
    }

    public void Error(YamlNode node, string message) => _errors.Add(new ConditionError(node.Start.Line, node.Start.Column, message));

    private ConditionNode? Named(YamlMappingNode map, YamlNode expression)
    {
        var selections = new Dictionary<string, ConditionNode?>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && name != ConditionKey)
            {
                // A selection with a mistake keeps its name, so that the condition is not blamed for it.
                selections[name] = Selection(value);
            }
        }

        // Of several conditions one must hold (Sigma specification, "Condition").
        IEnumerable<YamlNode> expressions = expression is YamlSequenceNode { Children.Count: > 0 } several ? several.Children : [expression];
        var roots = expressions.Select(one => Expression(one, selections)).ToList();
        return roots.Contains(null) ? null : ConditionNode.Any(roots!);
    }

    private ConditionNode? Expression(YamlNode expression, Dictionary<string, ConditionNode?> selections)
    {
        if (expression is not YamlScalarNode { Value: { } text })
        {
            Error(expression, "'condition' must be a text such as 'selection and not filter'");
            return null;
        }

        var parsed = new ConditionExpression(text, selections);
        if (parsed.Problem is { } problem)
        {
            Error(expression, problem);
        }

        return parsed.Root;
    }

    private ConditionNode? Selection(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map when map.Children.Count > 0:
                return ConditionNode.All(map.Children.Select(member => Member(member.Key, member.Value)).OfType<ConditionNode>());
            case YamlSequenceNode list when list.Children.Count > 0:
                return ConditionNode.Any(list.Children.Select(Selection).OfType<ConditionNode>());
            case YamlScalarNode when dialect.Keywords:
                return Keywords(Modifiers.None, node);
            default:
                Error(node, "a condition is a map of 'field: value', or a list of such maps");
                return null;
        }
    }

    private ConditionNode? Member(YamlNode key, YamlNode value)
    {
        if (key is not YamlScalarNode { Value: { Length: > 0 } name })
        {
            Error(key, "a field name is missing");
            return null;
        }

        var parts = name.Split('|');
        if (parts[0].Length == 0 && !dialect.Keywords)
        {
            Error(key, "words without a field are not supported here; name the field");
            return null;
        }

        if (Modifiers.Read(parts[1..], out var problem) is not { } modifiers)
        {
            Error(key, problem!);
            return null;
        }

        if (parts[0].Length == 0)
        {
            return Keywords(modifiers, value);
        }

        var field = FieldOf(parts[0]);
        return modifiers.Operation == "exists" ? Exists(field, value)
            : modifiers.IsNegated ? Differs(field, Tests(field, parts[0], modifiers, value))
            : Tests(field, parts[0], modifiers, value);
    }

    /// <summary>Texts that may stand anywhere in the event.</summary>
    private ConditionNode? Keywords(Modifiers modifiers, YamlNode value)
    {
        if (modifiers.Operation is not (null or "contains" or "re") || modifiers.IsFieldReference || modifiers.IsNegated || modifiers.Part != DatePart.None)
        {
            Error(value, "words without a field are looked for anywhere in the event; of the comparisons only 'contains' and 're' go with them");
            return null;
        }

        return Values("the words", modifiers.Anywhere(), value, test => new ConditionNode { Kind = NodeKind.Keyword, Test = test });
    }

    private static ConditionNode? Differs(int field, ConditionNode? same) => same is null
        ? null
        : ConditionNode.All([new ConditionNode { Kind = NodeKind.Exists, Field = field, Expected = true }, ConditionNode.Not(same)]);

    private ConditionNode? Exists(int field, YamlNode value)
    {
        if (value is YamlScalarNode { Value: "true" or "false" } flag)
        {
            return new ConditionNode { Kind = NodeKind.Exists, Field = field, Expected = flag.Value == "true" };
        }

        Error(value, "'exists' takes true or false");
        return null;
    }

    private ConditionNode? Tests(int field, string name, Modifiers modifiers, YamlNode value) =>
        modifiers.IsFieldReference
            ? References(field, name, modifiers, value)
            : Values($"'{name}'", modifiers, value, test => new ConditionNode { Kind = NodeKind.Test, Field = field, Test = test });

    private ConditionNode? Values(string of, Modifiers modifiers, YamlNode value, Func<ValueTest, ConditionNode> make)
    {
        if (value is YamlSequenceNode { Children.Count: 0 })
        {
            Error(value, $"the list of values of {of} is empty; name at least one, or take the field out");
            return null;
        }

        var tests = new ValueTests(modifiers, this);
        IEnumerable<YamlNode> values = value is YamlSequenceNode list ? list.Children : [value];
        var nodes = values.Select(tests.Of).Where(variants => variants.Count > 0).Select(variants => ConditionNode.Any(variants.Select(make))).ToList();
        return Joined(nodes, modifiers);
    }

    private ConditionNode? References(int field, string name, Modifiers modifiers, YamlNode value)
    {
        var tests = new ValueTests(modifiers, this);
        var nodes = new List<ConditionNode>();
        foreach (var item in value is YamlSequenceNode list ? list.Children : [value])
        {
            if (item is YamlScalarNode { Value: { Length: > 0 } other })
            {
                nodes.Add(new ConditionNode { Kind = NodeKind.Reference, Field = field, Other = FieldOf(other), Test = tests.OfReference(other) });
            }
            else
            {
                Error(item, $"'fieldref' of '{name}' takes the name of a field");
            }
        }

        return Joined(nodes, modifiers);
    }

    private static ConditionNode? Joined(List<ConditionNode> nodes, Modifiers modifiers) =>
        nodes.Count == 0 ? null : modifiers.IsAll && !modifiers.IsNegated ? ConditionNode.All(nodes) : ConditionNode.Any(nodes);

    private int FieldOf(string name)
    {
        var index = _fields.IndexOf(name);
        if (index < 0)
        {
            index = _fields.Count;
            _fields.Add(name);
        }

        return index;
    }
}
