namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A live technique or sub-technique.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Name">Name without the parent's.</param>
/// <param name="ParentId">T1059 for T1059.001, else null.</param>
/// <param name="TacticIds">In matrix order.</param>
/// <param name="Url">Page at attack.mitre.org, without a slash at the end.</param>
/// <param name="StixId">MITRE's object id (attack-pattern--…), null when not known.</param>
/// <param name="Modified">MITRE's modified, RFC 3339 with milliseconds, null when not known.</param>
internal sealed record Technique(string Id, string Name, string? ParentId, IReadOnlyList<string> TacticIds, string Url, string? StixId, string? Modified);
