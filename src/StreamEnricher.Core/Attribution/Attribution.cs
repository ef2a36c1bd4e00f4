namespace StreamEnricher.Core.Attribution;

/// <summary>A rule that matched, as far as its provider knows it.</summary>
/// <param name="Id">Rule id.</param>
/// <param name="Name">Title.</param>
/// <param name="Author">Author, for attribution under the rule's licence.</param>
/// <param name="Level">informational, low, medium, high or critical.</param>
/// <param name="License">What the rule says of its licence.</param>
public sealed record EvidenceRule(string? Id, string? Name = null, string? Author = null, string? Level = null, string? License = null);

/// <summary>Why an event has techniques. Instances are immutable and shared by many events.</summary>
/// <param name="Provider">declared, table, sigma or service.</param>
/// <param name="Techniques">Live technique ids of the catalogue, redirects already followed; empty only for a sigma rule without technique.</param>
/// <param name="Confidence">0 to 1, or null when the provider gives none.</param>
/// <param name="Rule">The rule, if one matched.</param>
/// <param name="Field">Source path that the match was found in.</param>
/// <param name="Value">What matched there.</param>
public sealed record Evidence(string Provider, IReadOnlyList<string> Techniques, double? Confidence, EvidenceRule? Rule, string? Field, string? Value);

/// <summary>A technique with the highest confidence that any evidence gives it.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="TacticIds">All its tactics, in matrix order.</param>
/// <param name="Confidence">0 to 1.</param>
public sealed record TechniqueScore(string Id, string Name, IReadOnlyList<string> TacticIds, double Confidence);

/// <summary>A group that a service named: a hint, never more.</summary>
public sealed record ThreatActor(string? Id, string Name, string? Description, double? Confidence, IReadOnlyList<string> Techniques);

/// <summary>All that is known of an event's techniques. Immutable; shared by all events with the same evidence.</summary>
/// <param name="Techniques">In the order of their ids, each once.</param>
/// <param name="Evidence">In the order of the providers.</param>
/// <param name="ThreatActors">Hints of a service.</param>
/// <param name="ConfidenceScore">Mean of the three highest technique confidences; 0 without techniques.</param>
/// <param name="Degraded">A provider that should have been asked could not be.</param>
public sealed record Attribution(
    IReadOnlyList<TechniqueScore> Techniques, IReadOnlyList<Evidence> Evidence, IReadOnlyList<ThreatActor> ThreatActors, double ConfidenceScore, bool Degraded)
{
    /// <summary>No technique, no evidence.</summary>
    public static Attribution None { get; } = new([], [], [], 0, false);
}
