namespace StreamEnricher.Enrichment.Attribution;

/// <summary>One release of Enterprise ATT&amp;CK. Immutable.</summary>
internal sealed class AttackCatalogue
{
    private readonly Dictionary<string, Technique> _techniques;
    private readonly Dictionary<string, Tactic> _tactics;

    public AttackCatalogue(string version, IEnumerable<Technique> techniques, IEnumerable<Tactic> tactics)
    {
        Version = version;
        _techniques = techniques.ToDictionary(technique => technique.Id, StringComparer.Ordinal);
        _tactics = tactics.ToDictionary(tactic => tactic.Id, StringComparer.Ordinal);
    }

    /// <summary>Release, such as 19 or 18.1.</summary>
    public string Version { get; }

    /// <summary>A live technique by its exact id, else null.</summary>
    public Technique? Find(string id) => _techniques.GetValueOrDefault(id);

    /// <summary>A tactic by its id (TA0002), else null.</summary>
    public Tactic? FindTactic(string id) => _tactics.GetValueOrDefault(id);
}

/// <summary>A live technique or sub-technique.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Name">Name without the parent's.</param>
/// <param name="ParentId">T1059 for T1059.001, else null.</param>
/// <param name="TacticIds">In matrix order.</param>
/// <param name="Url">Page at attack.mitre.org, without a slash at the end.</param>
/// <param name="StixId">MITRE's object id (attack-pattern--…), null when not known.</param>
/// <param name="Modified">MITRE's modified, RFC 3339 with milliseconds, null when not known.</param>
internal sealed record Technique(string Id, string Name, string? ParentId, IReadOnlyList<string> TacticIds, string Url, string? StixId, string? Modified);

/// <summary>A tactic.</summary>
/// <param name="Id">TA0002.</param>
/// <param name="Name">Execution.</param>
/// <param name="ShortName">Kill chain phase name: execution.</param>
/// <param name="Order">Place in the matrix from 1.</param>
internal sealed record Tactic(string Id, string Name, string ShortName, int Order);
