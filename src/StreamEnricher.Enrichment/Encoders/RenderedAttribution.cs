using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>An attribution with its JSON for each output, made once and copied into every event that has it.</summary>
internal sealed class RenderedAttribution
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="attribution">What was found.</param>
    /// <param name="catalogue">The ATT&amp;CK release that its ids are of.</param>
    public RenderedAttribution(Core.Attribution.Attribution attribution, AttackCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(attribution);
        ArgumentNullException.ThrowIfNull(catalogue);
        Attribution = attribution;
        CatalogueVersion = System.Text.Encoding.UTF8.GetBytes(catalogue.Version);
        Score = System.Text.Encoding.UTF8.GetBytes(Number(attribution.ConfidenceScore));
        TechniqueIds = Json(writer => Ids(writer, attribution.Techniques.Select(technique => technique.Id)));
        TechniqueDetails = Json(writer => Details(writer, attribution, catalogue));
        Evidence = Json(writer => WriteEvidence(writer, attribution.Evidence));
        ThreatActors = Json(writer => Actors(writer, attribution.ThreatActors));
        MitreAttack = Json(writer => Mitre(writer, this));
        Threat = attribution.Techniques.Count == 0 ? [] : ThreatRenderer.Render(attribution.Techniques, catalogue);
    }

    /// <summary>What was found.</summary>
    public Core.Attribution.Attribution Attribution { get; }

    /// <summary>Release of the catalogue.</summary>
    public byte[] CatalogueVersion { get; }

    /// <summary>The overall confidence as a JSON number.</summary>
    public byte[] Score { get; }

    /// <summary>Array of ids.</summary>
    public byte[] TechniqueIds { get; }

    /// <summary>Array of {id, name, tactics, tactic_ids, confidence}.</summary>
    public byte[] TechniqueDetails { get; }

    /// <summary>Array of evidence (contract §4).</summary>
    public byte[] Evidence { get; }

    /// <summary>Array of {id, name, description, confidence, techniques}.</summary>
    public byte[] ThreatActors { get; }

    /// <summary>The object of a HEC event.</summary>
    public byte[] MitreAttack { get; }

    /// <summary>Members of the ECS field set threat, without braces; empty without techniques.</summary>
    public byte[] Threat { get; }

    internal static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Relaxed))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    internal static void Ids(Utf8JsonWriter writer, IEnumerable<string> ids)
    {
        writer.WriteStartArray();
        foreach (var id in ids)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
    }

    private static string Number(double value) => Math.Round(value, 4).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);

    private static void Details(Utf8JsonWriter writer, Core.Attribution.Attribution attribution, AttackCatalogue catalogue)
    {
        writer.WriteStartArray();
        foreach (var technique in attribution.Techniques)
        {
            writer.WriteStartObject();
            writer.WriteString("id", technique.Id);
            writer.WriteString("name", technique.Name);
            writer.WritePropertyName("tactics");
            Ids(writer, technique.TacticIds.Select(id => catalogue.FindTactic(id)?.Name).OfType<string>());
            writer.WritePropertyName("tactic_ids");
            Ids(writer, technique.TacticIds);
            writer.WritePropertyName("confidence");
            writer.WriteRawValue(Number(technique.Confidence));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEvidence(Utf8JsonWriter writer, IReadOnlyList<Evidence> evidence)
    {
        writer.WriteStartArray();
        foreach (var one in evidence)
        {
            writer.WriteStartObject();
            writer.WriteString("provider", one.Provider);
            writer.WritePropertyName("techniques");
            Ids(writer, one.Techniques);
            if (one.Confidence is { } confidence)
            {
                writer.WritePropertyName("confidence");
                writer.WriteRawValue(Number(confidence));
            }

            if (one.Rule is { } rule && (rule.Id ?? rule.Name) is not null)
            {
                writer.WriteStartObject("rule");
                Text(writer, "id", rule.Id);
                Text(writer, "name", rule.Name);
                Text(writer, "author", rule.Author);
                Text(writer, "level", rule.Level);
                writer.WriteEndObject();
            }

            Text(writer, "field", one.Field);
            Text(writer, "value", one.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Actors(Utf8JsonWriter writer, IReadOnlyList<ThreatActor> actors)
    {
        writer.WriteStartArray();
        foreach (var actor in actors)
        {
            writer.WriteStartObject();
            Text(writer, "id", actor.Id);
            Text(writer, "name", actor.Name);
            Text(writer, "description", actor.Description);
            if (actor.Confidence is { } confidence)
            {
                writer.WritePropertyName("confidence");
                writer.WriteRawValue(Number(confidence));
            }

            if (actor.Techniques.Count > 0)
            {
                writer.WritePropertyName("techniques");
                Ids(writer, actor.Techniques);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Mitre(Utf8JsonWriter writer, RenderedAttribution rendered)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("technique_ids");
        writer.WriteRawValue(rendered.TechniqueIds);
        if (rendered.Attribution.Evidence.Count > 0)
        {
            writer.WritePropertyName("techniques");
            writer.WriteRawValue(rendered.TechniqueDetails);
            writer.WritePropertyName("threat_actors");
            writer.WriteRawValue(rendered.ThreatActors);
            writer.WritePropertyName("evidence");
            writer.WriteRawValue(rendered.Evidence);
        }

        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString(name, text);
        }
    }
}
