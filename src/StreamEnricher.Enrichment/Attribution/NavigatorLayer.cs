using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A layer of the ATT&amp;CK Navigator: how often which technique was seen.</summary>
/// <remarks>
/// Layer file format 4.5 (github.com/mitre-attack/attack-navigator, layers/spec/v4.5/layerformat.md). The score is the number of events, so that the
/// Navigator's aggregate of a technique with sub-techniques is their sum. Ids of another release are counted as what they became.
/// </remarks>
internal sealed class NavigatorLayer
{
    private const string LayerVersion = "4.5";

    /// <summary>Least version of the Navigator that reads the format.</summary>
    private const string NavigatorVersion = "4.9.0";

    private readonly AttackCatalogue _catalogue;
    private readonly SortedDictionary<string, LayerTechnique> _techniques = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unknown = new(StringComparer.Ordinal);

    /// <param name="name">Name of the layer, shown on its tab.</param>
    /// <param name="catalogue">Release that the layer is for.</param>
    /// <param name="techniques">What was seen of each technique id; ids that the release lacks are named in the layer's metadata.</param>
    public NavigatorLayer(string name, AttackCatalogue catalogue, IEnumerable<KeyValuePair<string, LayerTechnique>> techniques)
    {
        Name = name;
        _catalogue = catalogue;
        foreach (var (id, seen) in techniques)
        {
            if (catalogue.Resolve(Encoding.UTF8.GetBytes(id)) is { } live)
            {
                _techniques[live] = _techniques.TryGetValue(live, out var known) ? known.And(seen) : seen;
            }
            else
            {
                _unknown.Add(id);
            }
        }
    }

    /// <summary>Name of the layer.</summary>
    public string Name { get; }

    /// <summary>What the layer holds, as a person wants to read it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Writes the layer as one JSON object; the same techniques give the same bytes.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteStartObject("versions");
        writer.WriteString("attack", _catalogue.Version.Split('.')[0]);
        writer.WriteString("navigator", NavigatorVersion);
        writer.WriteString("layer", LayerVersion);
        writer.WriteEndObject();
        writer.WriteString("domain", "enterprise-attack");
        writer.WriteString("description", Description);
        writer.WriteNumber("sorting", 3);
        writer.WriteStartObject("layout");
        writer.WriteString("layout", "side");
        writer.WriteBoolean("showID", true);
        writer.WriteBoolean("showName", true);
        writer.WriteBoolean("showAggregateScores", true);
        writer.WriteBoolean("countUnscored", false);
        writer.WriteString("aggregateFunction", "sum");
        writer.WriteString("expandedSubtechniques", "annotated");
        writer.WriteEndObject();
        writer.WriteBoolean("hideDisabled", false);
        WriteTechniques(writer);
        WriteGradient(writer);
        if (_unknown.Count > 0)
        {
            writer.WriteStartArray("metadata");
            WritePair(writer, $"not in ATT&CK {_catalogue.Version}", string.Join(", ", _unknown));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteTechniques(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("techniques");
        foreach (var (id, seen) in _techniques)
        {
            writer.WriteStartObject();
            writer.WriteString("techniqueID", id);
            writer.WriteNumber("score", seen.Count);
            writer.WriteBoolean("enabled", true);
            if (!string.IsNullOrEmpty(seen.Comment))
            {
                writer.WriteString("comment", seen.Comment);
            }

            writer.WriteStartArray("metadata");
            WritePair(writer, "highest confidence", seen.Confidence.ToString("0.####", CultureInfo.InvariantCulture));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteGradient(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("gradient");
        writer.WriteStartArray("colors");
        writer.WriteStringValue("#fff7bc");
        writer.WriteStringValue("#fe9929");
        writer.WriteStringValue("#cc4c02");
        writer.WriteEndArray();
        writer.WriteNumber("minValue", 0);
        writer.WriteNumber("maxValue", Math.Max(1, _techniques.Values.Select(seen => seen.Count).DefaultIfEmpty().Max()));
        writer.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("value", value);
        writer.WriteEndObject();
    }
}

/// <summary>What was seen of a technique.</summary>
/// <param name="Count">Events.</param>
/// <param name="Confidence">Highest confidence of them, 0 to 1.</param>
/// <param name="Comment">Shown when the mouse is over the technique; null for none.</param>
internal sealed record LayerTechnique(long Count, double Confidence, string? Comment = null)
{
    /// <summary>Both together: counts added, the higher confidence, comments one below the other.</summary>
    public LayerTechnique And(LayerTechnique other) => new(
        Count + other.Count,
        Math.Max(Confidence, other.Confidence),
        string.IsNullOrEmpty(Comment) || Comment == other.Comment ? other.Comment : string.IsNullOrEmpty(other.Comment) ? Comment : $"{Comment}\n{other.Comment}");
}
