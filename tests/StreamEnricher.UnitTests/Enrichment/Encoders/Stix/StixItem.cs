using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>One item that the encoder wrote.</summary>
internal sealed record StixItem(string Key, string Text, int Record, bool Shared)
{
    public JsonObject Json { get; } = JsonNode.Parse(Text)!.AsObject();

    public string Type => Json["type"]!.GetValue<string>();

    public string Id => Json["id"]!.GetValue<string>();

    /// <summary>A member's text.</summary>
    public string? this[string name] => Json[name]?.ToString();
}
