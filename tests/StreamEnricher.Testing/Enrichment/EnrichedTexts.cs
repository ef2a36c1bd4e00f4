using System.Text.Json.Nodes;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Testing.Enrichment;

/// <summary>What an <see cref="EnrichmentBench"/> made of some events.</summary>
/// <param name="BySink">The text of each item.</param>
/// <param name="Rejected">Refused before the fan-out.</param>
internal sealed record EnrichedTexts(IReadOnlyDictionary<string, IReadOnlyList<string>> BySink, IReadOnlyList<RejectedRecord> Rejected)
{
    /// <summary>The ECS document of an event, without its action line.</summary>
    public JsonNode Ecs(int index = 0) => JsonNode.Parse(BySink["siem"][index].Split('\n')[1])!;

    /// <summary>The HEC envelope of an event.</summary>
    public JsonNode Hec(int index = 0) => JsonNode.Parse(BySink["splunk"][index])!;

    /// <summary>The common event of an event.</summary>
    public JsonNode Event(int index = 0) => JsonNode.Parse(BySink["events"][index])!;
}
