namespace StreamEnricher.Enrichment.Conditions;

/// <summary>What a condition may use beyond the fields of one event.</summary>
internal sealed record ConditionDialect
{
    /// <summary>Of <c>recognise</c>, <c>when</c> and routes: every test names its field.</summary>
    public static ConditionDialect Plain { get; } = new();

    /// <summary>Words without a field are allowed and looked for in every text of the event; only who can read all of an event can evaluate them.</summary>
    public bool Keywords { get; init; }

    /// <summary>Values of placeholders (<c>%name%</c>) for the modifier <c>expand</c>, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Placeholders { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
