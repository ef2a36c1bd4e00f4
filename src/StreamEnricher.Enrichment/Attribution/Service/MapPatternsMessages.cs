using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>Body of <c>POST /map_patterns</c>.</summary>
internal sealed record MapPatternsRequest(IReadOnlyList<IndicatorMessage> Indicators);

/// <summary>One indicator of a request.</summary>
internal sealed record IndicatorMessage(string Id, string Timestamp, string Type, string Value, string Severity, IReadOnlyList<string> Tags, string Description);

/// <summary>A reply: merged over all indicators, and in <see cref="Results"/> one for each, in their order, if the server can.</summary>
internal sealed record MapPatternsReply
{
    public IReadOnlyList<TechniqueMessage?>? Techniques { get; init; }

    public IReadOnlyList<ThreatActorMessage?>? ThreatActors { get; init; }

    /// <summary>Technique id to confidence, for techniques that state none themselves.</summary>
    public IReadOnlyDictionary<string, JsonElement>? ConfidenceScores { get; init; }

    public IReadOnlyList<MapPatternsReply?>? Results { get; init; }
}

/// <summary>A technique of a reply; the names of the catalogue are used, not the server's.</summary>
internal sealed record TechniqueMessage(string? Id, double? Confidence);

/// <summary>A group of a reply.</summary>
internal sealed record ThreatActorMessage(string? Id, string? Name, string? Description, double? Confidence, IReadOnlyList<string?>? Techniques);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MapPatternsRequest))]
[JsonSerializable(typeof(MapPatternsReply))]
internal sealed partial class MapPatternsJson : JsonSerializerContext;
