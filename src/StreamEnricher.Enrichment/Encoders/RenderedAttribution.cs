using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>An attribution with its JSON for each output, made when an output first needs it and copied into every event that has it. Thread-safe.</summary>
/// <remarks>An event with an indicator of its own has an attribution of its own, so what no sink of the pipeline writes must cost nothing.</remarks>
internal sealed class RenderedAttribution
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AttackCatalogue _catalogue;
    private byte[]? _techniqueIds;
    private byte[]? _techniqueDetails;
    private byte[]? _evidence;
    private readonly byte[]?[] _texts = new byte[CommonText.Count - CommonText.Threat][];

    /// <param name="attribution">What was found.</param>
    /// <param name="catalogue">The ATT&amp;CK release that its ids are of.</param>
    public RenderedAttribution(Core.Attribution.Attribution attribution, AttackCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(attribution);
        ArgumentNullException.ThrowIfNull(catalogue);
        Attribution = attribution;
        _catalogue = catalogue;
        Shape = (attribution.Techniques.Count > 0 ? EcsShape.Threat : EcsShape.Plain)
            | (HitRenderer.RuleOf(attribution.Evidence) is null ? EcsShape.Plain : EcsShape.Rule)
            | (attribution.Degraded ? EcsShape.Degraded : EcsShape.Plain);
    }

    /// <summary>What was found.</summary>
    public Core.Attribution.Attribution Attribution { get; }

    /// <summary>What it is like, as far as it shapes an ECS document.</summary>
    public EcsShape Shape { get; }

    /// <summary>Array of ids.</summary>
    public byte[] TechniqueIds => _techniqueIds ??= Json(writer => Ids(writer, Attribution.Techniques.Select(technique => technique.Id)));

    /// <summary>Array of {id, name, tactics, tactic_ids, confidence}.</summary>
    public byte[] TechniqueDetails => _techniqueDetails ??= Json(writer => Details(writer, Attribution, _catalogue));

    /// <summary>Array of evidence (contract §4).</summary>
    public byte[] Evidence => _evidence ??= Json(writer => WriteEvidence(writer, Attribution.Evidence));

    /// <summary>Members of the ECS field set threat; empty without techniques.</summary>
    private byte[] Threat => Attribution.Techniques.Count == 0 ? [] : ThreatRenderer.Render(Attribution.Techniques, _catalogue);

    /// <summary>Members of the ECS field set rule, of the Sigma rule with the highest level; empty when none hit.</summary>
    private byte[] Rule => HitRenderer.Render(Attribution.Evidence);

    /// <summary>Members of <c>cybersecurity</c>: the overall confidence, evidence, the release of ATT&amp;CK, and the mark of degradation.</summary>
    private byte[] OwnMembers => Bytes(
        Score, EvidenceMember, Attribution.Techniques.Count > 0 ? $",\"attack_version\":\"{_catalogue.Version}\"" : "", Degraded);

    /// <summary>Members technique_ids and confidence_score of the common event.</summary>
    private byte[] CommonMembers => Bytes("\"technique_ids\":", TechniqueIds, "," + Score);

    /// <summary>Members of the common event's metadata.</summary>
    private byte[] MetadataMembers => Bytes(
        "\"technique_details\":", TechniqueDetails, ",\"threat_actors\":", ThreatActors(), ",\"evidence\":", Evidence, Degraded);

    /// <summary>Member mitre_attack of a HEC event, and the mark of degradation.</summary>
    private byte[] MitreMembers => Bytes(
        "\"mitre_attack\":{\"technique_ids\":", TechniqueIds,
        Attribution.Evidence.Count > 0 ? Bytes(",\"techniques\":", TechniqueDetails, ",\"threat_actors\":", ThreatActors(), EvidenceMember) : [],
        "}" + Degraded);

    /// <summary>Indexed field technique_id of a HEC envelope with a comma before it; empty without techniques.</summary>
    private byte[] IndexedMembers => Attribution.Techniques.Count > 0 ? Bytes(",\"technique_id\":", TechniqueIds) : [];

    private string Score => $"\"confidence_score\":{Number(Attribution.ConfidenceScore)}";

    private string Degraded => Attribution.Degraded ? ",\"degraded\":true" : "";

    private byte[] EvidenceMember => Attribution.Evidence.Count > 0 ? Bytes(",\"evidence\":", Evidence) : [];

    /// <summary>A text from <see cref="CommonText.Threat"/> on, and padding.</summary>
    public byte[] Text(CommonText text) => _texts[text - CommonText.Threat] ??= [.. Render(text), .. new byte[EventBatch.Padding]];

    private byte[] Render(CommonText text) => text switch
    {
        CommonText.Threat => Threat,
        CommonText.Rule => Rule,
        CommonText.OwnMembers => OwnMembers,
        CommonText.CommonMembers => CommonMembers,
        CommonText.MetadataMembers => MetadataMembers,
        CommonText.MitreMembers => MitreMembers,
        CommonText.IndexedMembers => IndexedMembers,
        _ => throw new ArgumentOutOfRangeException(nameof(text), text, "is no text of an attribution"),
    };

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

    private byte[] ThreatActors() => Json(writer => Actors(writer, Attribution.ThreatActors));

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
