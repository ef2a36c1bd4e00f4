namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>How a correlation looks at the hits of its rules.</summary>
internal enum CorrelationType : byte
{
    /// <summary>So many events.</summary>
    EventCount,

    /// <summary>So many different values of a field.</summary>
    ValueCount,

    /// <summary>Hits of so many different rules, all of them unless said otherwise.</summary>
    Temporal,

    /// <summary>Hits of all rules in their order.</summary>
    TemporalOrdered,
}

/// <summary>A correlation (Sigma correlation rules specification 2.0, on the hits of other rules).</summary>
internal sealed record SigmaCorrelation : SigmaDocument
{
    public required CorrelationType Type { get; init; }

    /// <summary>Ids or names of rules and other correlations.</summary>
    public required IReadOnlyList<RuleReference> Rules { get; init; }

    /// <summary>Fields or aliases whose values must be the same; none: all hits belong together.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>Field of a rule by alias and the rule's id or name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Aliases { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    public required TimeSpan Timespan { get; init; }

    /// <summary>Events, values or rules that make it fire.</summary>
    public required int Count { get; init; }

    /// <summary>Of <see cref="CorrelationType.ValueCount"/>: the fields or aliases whose values are counted.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Its rules also hit by themselves.</summary>
    public bool Generate { get; init; }
}

/// <summary>A name that a correlation uses.</summary>
/// <param name="Name">Id or name of a rule.</param>
/// <param name="Line">Where it stands.</param>
/// <param name="Column">Where it stands.</param>
internal sealed record RuleReference(string Name, long Line, long Column);
