using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Reads the YAML of a condition.</summary>
internal sealed class ConditionParser
{
    private readonly List<string> _fields = [];
    private readonly List<ConditionError> _errors = [];

    public IReadOnlyList<string> Fields => _fields;

    public IReadOnlyList<ConditionError> Errors => _errors;

    /// <summary>A condition: named selections with <c>condition</c>, or a selection.</summary>
    public ConditionNode? Parse(YamlNode node)
    {
        if (node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode("condition"), out var expression))
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
            if (key is YamlScalarNode { Value: { } name } && name != "condition")
            {
                // A selection with a mistake keeps its name, so that the condition is not blamed for it.
                selections[name] = Selection(value);
            }
        }

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
        if (parts[0].Length == 0)
        {
            Error(key, "words without a field are not supported here; name the field");
            return null;
        }

        if (Modifiers.Read(parts[1..], out var problem) is not { } modifiers)
        {
            Error(key, problem!);
            return null;
        }

        var field = FieldOf(parts[0]);
        return modifiers.Operation == "exists" ? Exists(field, value) : Tests(field, parts[0], modifiers, value);
    }

    private ConditionNode? Exists(int field, YamlNode value)
    {
        if (value is YamlScalarNode { Value: "true" or "false" } flag)
        {
            return new ConditionNode { Kind = NodeKind.Exists, Field = field, Expected = flag.Value == "true" };
        }

        Error(value, "'exists' takes true or false");
        return null;
    }

    private ConditionNode? Tests(int field, string name, Modifiers modifiers, YamlNode value)
    {
        if (value is YamlSequenceNode { Children.Count: 0 })
        {
            Error(value, $"the list of values of '{name}' is empty; name at least one, or take the field out");
            return null;
        }

        var builder = new TestBuilder(modifiers, this);
        IEnumerable<YamlNode> values = value is YamlSequenceNode list ? list.Children : [value];
        List<ConditionNode> tests =
        [
            .. values.Select(builder.Build).OfType<ValueTest>().Select(test => new ConditionNode { Kind = NodeKind.Test, Field = field, Test = test }),
        ];
        if (tests.Count == 0)
        {
            return null;
        }

        return modifiers.IsAll ? ConditionNode.All(tests) : ConditionNode.Any(tests);
    }

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
