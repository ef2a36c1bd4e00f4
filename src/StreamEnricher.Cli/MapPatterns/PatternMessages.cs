using System.Text.Json.Serialization;

namespace StreamEnricher.Cli.MapPatterns;

/// <summary>Body of <c>POST /map_patterns</c>.</summary>
internal sealed record PatternRequest(IReadOnlyList<PatternIndicator?>? Indicators);

/// <summary>Something that is asked about. Type and value are needed; all else helps.</summary>
internal sealed record PatternIndicator(
    string? Id, string? Timestamp, string? Type, string? Value, string? Severity, IReadOnlyList<string?>? Tags, string? Description);

/// <summary>What is known of all indicators together, and in <see cref="Results"/> of each, in their order.</summary>
/// <param name="Techniques">Techniques in the order of their ids, with the highest confidence.</param>
/// <param name="ThreatActors">Always empty: groups that used a technique are no finding.</param>
/// <param name="ConfidenceScores">Confidence by technique id.</param>
/// <param name="Results">One for each indicator; left out within one.</param>
internal sealed record PatternReply(
    IReadOnlyList<PatternTechnique> Techniques, IReadOnlyList<string> ThreatActors, IReadOnlyDictionary<string, double> ConfidenceScores, IReadOnlyList<PatternReply>? Results = null);

/// <summary>A technique.</summary>
internal sealed record PatternTechnique(string Id, string Name, IReadOnlyList<string> Tactics, IReadOnlyList<string> TacticIds, double Confidence);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PatternRequest))]
[JsonSerializable(typeof(PatternReply))]
internal sealed partial class PatternJson : JsonSerializerContext;
