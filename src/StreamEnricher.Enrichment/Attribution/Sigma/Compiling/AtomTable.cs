using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>Collects the questions of a group's rules, each once, and the fields that they read.</summary>
internal sealed class AtomTable
{
    private readonly List<Atom> _atoms = [];
    private readonly Dictionary<AtomKey, int> _known = [];
    private readonly List<string> _fields = [];
    private readonly Dictionary<string, int> _fieldOf = new(StringComparer.Ordinal);

    public IReadOnlyList<Atom> Atoms => _atoms;

    /// <summary>Names of the fields, in the order of their numbers.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Compiles a rule's condition.</summary>
    /// <param name="node">The condition.</param>
    /// <param name="fields">Names of its fields.</param>
    public RuleNode Add(ConditionNode node, IReadOnlyList<string> fields) => node.Kind switch
    {
        NodeKind.All or NodeKind.Any or NodeKind.Not => new RuleNode(node.Kind, [.. node.Children.Select(child => Add(child, fields)).OrderBy(Price)], -1),
        NodeKind.Exists when !node.Expected => new RuleNode(NodeKind.Not, [Leaf(NodeKind.Exists, FieldOf(fields[node.Field]), null, 0)], -1),
        NodeKind.Exists => Leaf(NodeKind.Exists, FieldOf(fields[node.Field]), null, 0),
        NodeKind.Keyword => Leaf(NodeKind.Keyword, Atom.Anywhere, node.Test, 0),
        NodeKind.Reference => Leaf(NodeKind.Reference, FieldOf(fields[node.Field]), node.Test, FieldOf(fields[node.Other])),
        _ => Leaf(NodeKind.Test, FieldOf(fields[node.Field]), node.Test, 0),
    };

    /// <summary>Number of a field.</summary>
    public int FieldOf(string name)
    {
        if (!_fieldOf.TryGetValue(name, out var field))
        {
            _fieldOf.Add(name, field = _fields.Count);
            _fields.Add(name);
        }

        return field;
    }

    /// <summary>What an answer costs, by guess, so that expensive questions come last. The order of equals stays.</summary>
    private int Price(RuleNode node) => node.Kind == NodeKind.Test
        ? _atoms[node.Atom].Test?.Kind switch { null or TestKind.Null or TestKind.Equal => 1, TestKind.StartsWith or TestKind.EndsWith => 2, TestKind.Contains => 5, TestKind.Regex => 100, _ => 10 }
        : node.Children.Sum(Price);

    private RuleNode Leaf(NodeKind kind, int field, ValueTest? test, int other)
    {
        var key = new AtomKey(kind, field, other, test?.Kind ?? default, test?.Cased ?? false, test?.Part ?? default, Content(test));
        if (!_known.TryGetValue(key, out var index))
        {
            _known.Add(key, index = _atoms.Count);
            _atoms.Add(new Atom(kind, field, test, other));
        }

        return new RuleNode(NodeKind.Test, [], index);
    }

    /// <summary>What tells tests of one kind apart. Numbers beside a text decide how a number's other spellings compare, so they count, too.</summary>
    private static string Content(ValueTest? test) => test?.Kind switch
    {
        null => "",
        TestKind.Regex => $"{(int)test.Regex!.Options}/{test.Regex.Pattern}",
        TestKind.Cidr => test.Network.ToString(),
        _ => $"{System.Text.Encoding.UTF8.GetString(test.Text)}\u0001{(double.IsNaN(test.Number) ? "" : test.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture))}",
    };

    private readonly record struct AtomKey(NodeKind Kind, int Field, int Other, TestKind Test, bool Cased, DatePart Part, string Content);
}
