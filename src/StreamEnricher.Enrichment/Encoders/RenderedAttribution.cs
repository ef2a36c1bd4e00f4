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
        var score = $"\"confidence_score\":{Number(attribution.ConfidenceScore)}";
        var degraded = attribution.Degraded ? ",\"degraded\":true" : "";
        TechniqueIds = Json(writer => Ids(writer, attribution.Techniques.Select(technique => technique.Id)));
        TechniqueDetails = Json(writer => Details(writer, attribution, catalogue));
        Evidence = Json(writer => WriteEvidence(writer, attribution.Evidence));
        Threat = attribution.Techniques.Count == 0 ? [] : ThreatRenderer.Render(attribution.Techniques, catalogue);
        Rule = HitRenderer.Render(attribution.Evidence);
        Shape = (Threat.Length > 0 ? EcsShape.Threat : EcsShape.Plain)
            | (Rule.Length > 0 ? EcsShape.Rule : EcsShape.Plain)
            | (attribution.Degraded ? EcsShape.Degraded : EcsShape.Plain);
        var actors = Json(writer => Actors(writer, attribution.ThreatActors));
        var evidence = attribution.Evidence.Count > 0 ? Bytes(",\"evidence\":", Evidence) : [];
        var version = attribution.Techniques.Count > 0 ? $",\"attack_version\":\"{catalogue.Version}\"" : "";
        OwnMembers = Bytes(score, evidence, version + degraded);
        CommonMembers = Bytes("\"technique_ids\":", TechniqueIds, "," + score);
        MetadataMembers = Bytes("\"technique_details\":", TechniqueDetails, ",\"threat_actors\":", actors, ",\"evidence\":", Evidence, degraded);
        var details = evidence.Length > 0 ? Bytes(",\"techniques\":", TechniqueDetails, ",\"threat_actors\":", actors, evidence) : [];
        MitreMembers = Bytes("\"mitre_attack\":{\"technique_ids\":", TechniqueIds, details, "}" + degraded);
        IndexedMembers = attribution.Techniques.Count > 0 ? Bytes(",\"technique_id\":", TechniqueIds) : [];
    }

    /// <summary>What was found.</summary>
    public Core.Attribution.Attribution Attribution { get; }

    /// <summary>What it is like, as far as it shapes an ECS document.</summary>
    public EcsShape Shape { get; }

    /// <summary>Array of ids.</summary>
    public byte[] TechniqueIds { get; }

    /// <summary>Array of {id, name, tactics, tactic_ids, confidence}.</summary>
    public byte[] TechniqueDetails { get; }

    /// <summary>Array of evidence (contract §4).</summary>
    public byte[] Evidence { get; }

    /// <summary>Members of the ECS field set threat; empty without techniques.</summary>
    public byte[] Threat { get; }

    /// <summary>Members of the ECS field set rule, of the Sigma rule with the highest level; empty when none hit.</summary>
    public byte[] Rule { get; }

    /// <summary>Members of <c>cybersecurity</c>: the overall confidence, evidence, the release of ATT&amp;CK, and the mark of degradation.</summary>
    public byte[] OwnMembers { get; }

    /// <summary>Members technique_ids and confidence_score of the common event.</summary>
    public byte[] CommonMembers { get; }

    /// <summary>Members of the common event's metadata.</summary>
    public byte[] MetadataMembers { get; }

    /// <summary>Member mitre_attack of a HEC event, and the mark of degradation.</summary>
    public byte[] MitreMembers { get; }

    /// <summary>Indexed field technique_id of a HEC envelope with a comma before it; empty without techniques.</summary>
    public byte[] IndexedMembers { get; }

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

    private static byte[] Bytes(params ReadOnlySpan<object> parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts)
        {
            bytes.AddRange(part as byte[] ?? System.Text.Encoding.UTF8.GetBytes((string)part));
        }

        return [.. bytes];
    }

    internal static void Text(Utf8JsonWriter writer, string name, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            writer.WriteString(name, text);
        }
    }
}
