namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Kinds of nodes of a condition.</summary>
internal enum NodeKind : byte
{
    /// <summary>Every child holds.</summary>
    All,

    /// <summary>One child holds.</summary>
    Any,

    /// <summary>The child does not hold.</summary>
    Not,

    /// <summary>The field is there, or is not.</summary>
    Exists,

    /// <summary>The field's value passes the test.</summary>
    Test,
}

/// <summary>A node of a condition's tree.</summary>
internal sealed class ConditionNode
{
    public required NodeKind Kind { get; init; }

    public ConditionNode[] Children { get; init; } = [];

    /// <summary>Index of the field.</summary>
    public int Field { get; init; }

    /// <summary>Of <see cref="NodeKind.Exists"/>: the field must be there.</summary>
    public bool Expected { get; init; }

    /// <summary>Of <see cref="NodeKind.Test"/>.</summary>
    public ValueTest? Test { get; init; }

    public static ConditionNode All(IEnumerable<ConditionNode> children) => Join(NodeKind.All, [.. children]);

    public static ConditionNode Any(IEnumerable<ConditionNode> children) => Join(NodeKind.Any, [.. children]);

    public static ConditionNode Not(ConditionNode child) => new() { Kind = NodeKind.Not, Children = [child] };

    private static ConditionNode Join(NodeKind kind, ConditionNode[] children) =>
        children.Length == 1 ? children[0] : new ConditionNode { Kind = kind, Children = children };
}
