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

    /// <summary>Two fields have the same text, or one has the other's in it.</summary>
    Reference,

    /// <summary>Some text of the event passes the test.</summary>
    Keyword,
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

    /// <summary>Of <see cref="NodeKind.Test"/> and <see cref="NodeKind.Keyword"/>; of <see cref="NodeKind.Reference"/> how the texts are compared.</summary>
    public ValueTest? Test { get; init; }

    /// <summary>Of <see cref="NodeKind.Reference"/>: index of the field whose text is looked for.</summary>
    public int Other { get; init; }

    public static ConditionNode All(IEnumerable<ConditionNode> children) => Join(NodeKind.All, [.. children]);

    public static ConditionNode Any(IEnumerable<ConditionNode> children) => Join(NodeKind.Any, [.. children]);

    public static ConditionNode Not(ConditionNode child) => new() { Kind = NodeKind.Not, Children = [child] };

    private static ConditionNode Join(NodeKind kind, ConditionNode[] children) =>
        children.Length == 1 ? children[0] : new ConditionNode { Kind = kind, Children = children };
}
