using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>All techniques of an ATT&amp;CK release as STIX. Immutable.</summary>
/// <remarks>
/// Where MITRE's object id is known the object is MITRE's, cut to what the catalogue has of it. Where it is not, the object is the producer's, with an id of its own:
/// consumers recognise the technique by its first external reference.
/// </remarks>
internal sealed class StixTechniques
{
    private readonly Dictionary<string, StixTechnique> _byId = new(StringComparer.Ordinal);
    private readonly List<StixTechnique> _byIndex = [];

    /// <param name="catalogue">The release.</param>
    /// <param name="producerId">Id of the producer's identity.</param>
    public StixTechniques(AttackCatalogue catalogue, string producerId)
    {
        var tactics = catalogue.Techniques
            .SelectMany(technique => technique.TacticIds)
            .Distinct(StringComparer.Ordinal)
            .Select(catalogue.FindTactic)
            .OfType<Tactic>()
            .OrderBy(tactic => tactic.Order)
            .ThenBy(tactic => tactic.Id, StringComparer.Ordinal)
            .ToList();
        Phases = [.. tactics.Select(tactic => RenderedAttribution.Json(writer => Phase(writer, tactic)))];
        foreach (var technique in catalogue.Techniques)
        {
            int[] phases = [.. technique.TacticIds.Select(id => tactics.FindIndex(tactic => tactic.Id == id)).Where(place => place >= 0).Order()];
            var label = JsonSerializer.SerializeToUtf8Bytes("mitre_attack:" + technique.Id);
            var title = JsonEncodedText.Encode($"{technique.Name} ({technique.Id})", JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray();
            var reference = RenderedAttribution.Json(writer => Reference(writer, technique));
            var attackPattern = AttackPattern(technique, reference, phases, producerId);
            var stix = new StixTechnique(_byId.Count, technique.Id, attackPattern, label, reference, title, phases);
            _byId.Add(technique.Id, stix);
            _byIndex.Add(stix);
        }
    }

    /// <summary>Number of techniques.</summary>
    public int Count => _byId.Count;

    /// <summary>Kill chain phases in matrix order, each a JSON object.</summary>
    public byte[][] Phases { get; }

    /// <summary>A technique by its <see cref="StixTechnique.Index"/>.</summary>
    public StixTechnique this[int index] => _byIndex[index];

    /// <summary>A technique, null when the release does not have it.</summary>
    public StixTechnique? Find(string id) => _byId.GetValueOrDefault(id);

    private StixObject AttackPattern(Technique technique, byte[] reference, int[] phases, string producerId)
    {
        var id = technique.StixId ?? StixIds.Create("attack-pattern", producerId, technique.Id);
        var json = RenderedAttribution.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "attack-pattern");
            writer.WriteString("spec_version", "2.1");
            writer.WriteString("id", id);
            writer.WriteString("created", MitreObjects.FirstRelease);
            writer.WriteString("modified", technique.Modified ?? MitreObjects.FirstRelease);
            writer.WriteString("created_by_ref", technique.StixId is null ? producerId : MitreObjects.IdentityId);
            writer.WriteString("name", technique.Name);
            if (phases.Length > 0)
            {
                writer.WriteStartArray("kill_chain_phases");
                foreach (var phase in phases)
                {
                    writer.WriteRawValue(Phases[phase]);
                }

                writer.WriteEndArray();
            }

            writer.WriteStartArray("external_references");
            writer.WriteRawValue(reference);
            writer.WriteEndArray();
            writer.WriteStartArray("object_marking_refs");
            writer.WriteStringValue(MitreObjects.MarkingId);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
        return new StixObject(Encoding.UTF8.GetBytes(id), json);
    }

    private static void Phase(Utf8JsonWriter writer, Tactic tactic)
    {
        writer.WriteStartObject();
        writer.WriteString("kill_chain_name", "mitre-attack");
        writer.WriteString("phase_name", tactic.ShortName);
        writer.WriteEndObject();
    }

    private static void Reference(Utf8JsonWriter writer, Technique technique)
    {
        writer.WriteStartObject();
        writer.WriteString("source_name", "mitre-attack");
        writer.WriteString("external_id", technique.Id);
        writer.WriteString("url", technique.Url);
        writer.WriteEndObject();
    }
}
