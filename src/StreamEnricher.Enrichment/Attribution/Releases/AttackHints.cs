namespace StreamEnricher.Enrichment.Attribution.Releases;

/// <summary>Who was seen with which technique: hints for a person who looks a technique up, never attributions.</summary>
internal sealed class AttackHints
{
    private readonly ILookup<string, AttackActor> _groups;
    private readonly ILookup<string, AttackActor> _software;

    /// <param name="groups">Groups by the id of a technique that they used.</param>
    /// <param name="software">Software by the id of a technique that it implements.</param>
    public AttackHints(IEnumerable<(string Technique, AttackActor Actor)> groups, IEnumerable<(string Technique, AttackActor Actor)> software)
    {
        _groups = ByTechnique(groups);
        _software = ByTechnique(software);
        Groups = All(_groups);
        Software = All(_software);
    }

    /// <summary>A release without hints.</summary>
    public static AttackHints None { get; } = new([], []);

    /// <summary>All groups, in the order of their ids.</summary>
    public IReadOnlyList<AttackActor> Groups { get; }

    /// <summary>All software, in the order of its ids.</summary>
    public IReadOnlyList<AttackActor> Software { get; }

    /// <summary>Groups that used a technique.</summary>
    public IReadOnlyList<AttackActor> GroupsOf(string technique) => [.. _groups[technique]];

    /// <summary>Software that implements a technique.</summary>
    public IReadOnlyList<AttackActor> SoftwareOf(string technique) => [.. _software[technique]];

    /// <summary>Ids of the techniques that a group or software is known for.</summary>
    public IReadOnlyList<string> TechniquesOf(AttackActor actor) =>
        [.. _groups.Concat(_software).Where(group => group.Any(one => one.Id == actor.Id)).Select(group => group.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static ILookup<string, AttackActor> ByTechnique(IEnumerable<(string Technique, AttackActor Actor)> pairs) =>
        pairs.DistinctBy(pair => (pair.Technique, pair.Actor.Id)).OrderBy(pair => pair.Actor.Id, StringComparer.Ordinal).ToLookup(pair => pair.Technique, pair => pair.Actor, StringComparer.Ordinal);

    private static List<AttackActor> All(ILookup<string, AttackActor> byTechnique) =>
        [.. byTechnique.SelectMany(group => group).DistinctBy(actor => actor.Id).OrderBy(actor => actor.Id, StringComparer.Ordinal)];
}

/// <summary>A release of ATT&amp;CK with what is known beside its techniques.</summary>
/// <param name="Catalogue">Techniques and tactics.</param>
/// <param name="Hints">Groups and software.</param>
internal sealed record AttackRelease(AttackCatalogue Catalogue, AttackHints Hints);
