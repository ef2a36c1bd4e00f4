using System.Text.Json;

namespace StreamEnricher.Enrichment.Attribution.Releases;

/// <summary>Reads a release of ATT&amp;CK from MITRE's own file: a STIX 2.0 or 2.1 bundle such as enterprise-attack.json (github.com/mitre-attack/attack-stix-data).</summary>
internal sealed class AttackBundle
{
    private const string Source = "mitre-attack";

    private readonly string _path;
    private readonly Dictionary<string, JsonElement> _byStixId = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _relations = [];
    private string? _version;
    private List<string> _matrix = [];

    private AttackBundle(string path) => _path = path;

    /// <summary>Reads a bundle whole.</summary>
    /// <exception cref="DataFileException">The file cannot be read, or is no such bundle.</exception>
    public static AttackRelease Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new AttackBundle(path).Read(document.RootElement);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DataFileException($"{path}: cannot be read as a STIX bundle: {problem.Message}", problem);
        }
    }

    private AttackRelease Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "type") != "bundle" || !root.TryGetProperty("objects", out var objects) || objects.ValueKind != JsonValueKind.Array)
        {
            throw new DataFileException($"{_path}: is no STIX bundle; MITRE's enterprise-attack.json is one");
        }

        foreach (var item in objects.EnumerateArray())
        {
            Sort(item);
        }

        var tactics = ReadTactics();
        var techniques = ReadTechniques(tactics);
        if (techniques.Count == 0)
        {
            throw new DataFileException($"{_path}: the bundle holds no technique (attack-pattern of {Source})");
        }

        var catalogue = new AttackCatalogue(_version ?? Path.GetFileNameWithoutExtension(_path), techniques, tactics, Redirects());
        return new AttackRelease(catalogue, new AttackHints(Uses("intrusion-set", catalogue), Uses("malware", catalogue).Concat(Uses("tool", catalogue))));
    }

    private void Sort(JsonElement item)
    {
        switch (Text(item, "type"))
        {
            case "x-mitre-collection":
                _version = Text(item, "x_mitre_version") ?? _version;
                break;
            case "x-mitre-matrix" when _matrix.Count == 0:
                _matrix = Texts(item, "tactic_refs");
                break;
            case "relationship" when IsLive(item):
                _relations.Add(item);
                break;
            case "x-mitre-tactic" or "attack-pattern" or "intrusion-set" or "malware" or "tool" when Text(item, "id") is { } id:
                _byStixId[id] = item;
                break;
            default:
                break;
        }
    }

    private List<Tactic> ReadTactics()
    {
        var tactics = new List<Tactic>();
        foreach (var (stixId, item) in _byStixId)
        {
            if (Text(item, "type") == "x-mitre-tactic" && IsLive(item) && Reference(item).Id is { } id && Text(item, "x_mitre_shortname") is { } shortName)
            {
                var place = _matrix.IndexOf(stixId);
                tactics.Add(new Tactic(id, Text(item, "name") ?? id, shortName, place < 0 ? _matrix.Count + 1 : place + 1));
            }
        }

        return tactics;
    }

    private List<Technique> ReadTechniques(List<Tactic> tactics)
    {
        var techniques = new Dictionary<string, Technique>(StringComparer.Ordinal);
        foreach (var (stixId, item) in _byStixId)
        {
            if (Text(item, "type") == "attack-pattern" && IsLive(item) && Reference(item) is ({ } id, var url) && TechniqueIds.IsCanonical(id))
            {
                var phases = Items(item, "kill_chain_phases").Select(phase => Text(phase, "phase_name"));
                var parent = id.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? id[..dot] : null;
                techniques[id] = new Technique(
                    id, Text(item, "name") ?? id, parent,
                    [.. tactics.Where(tactic => phases.Contains(tactic.ShortName)).OrderBy(tactic => tactic.Order).Select(tactic => tactic.Id)],
                    (url ?? $"https://attack.mitre.org/techniques/{id.Replace('.', '/')}").TrimEnd('/'), stixId, Text(item, "modified"));
            }
        }

        return [.. techniques.Values];
    }

    private IEnumerable<KeyValuePair<string, string>> Redirects()
    {
        foreach (var relation in _relations.Where(relation => Text(relation, "relationship_type") == "revoked-by"))
        {
            if (End(relation, "source_ref", "attack-pattern") is { } old && End(relation, "target_ref", "attack-pattern") is { } current
                && Reference(old).Id is { } oldId && Reference(current).Id is { } currentId)
            {
                yield return new KeyValuePair<string, string>(oldId, currentId);
            }
        }
    }

    private IEnumerable<(string Technique, AttackActor Actor)> Uses(string type, AttackCatalogue catalogue)
    {
        foreach (var relation in _relations.Where(relation => Text(relation, "relationship_type") == "uses"))
        {
            if (End(relation, "source_ref", type) is { } user && IsLive(user) && Reference(user).Id is { } id
                && End(relation, "target_ref", "attack-pattern") is { } technique && Reference(technique).Id is { } written
                && catalogue.Resolve(System.Text.Encoding.UTF8.GetBytes(written)) is { } live)
            {
                var name = Text(user, "name") ?? id;
                yield return (live, new AttackActor(id, name, [.. Texts(user, "aliases").Concat(Texts(user, "x_mitre_aliases")).Where(alias => alias != name).Distinct(StringComparer.Ordinal)]));
            }
        }
    }

    private JsonElement? End(JsonElement relation, string name, string type) =>
        Text(relation, name) is { } id && _byStixId.TryGetValue(id, out var item) && Text(item, "type") == type ? item : null;

    private static (string? Id, string? Url) Reference(JsonElement item)
    {
        foreach (var reference in Items(item, "external_references"))
        {
            if (Text(reference, "source_name") == Source)
            {
                return (Text(reference, "external_id"), Text(reference, "url"));
            }
        }

        return default;
    }

    private static bool IsLive(JsonElement item) => !IsTrue(item, "revoked") && !IsTrue(item, "x_mitre_deprecated");

    private static bool IsTrue(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<JsonElement> Items(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static List<string> Texts(JsonElement item, string name) =>
        [.. Items(item, name).Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)];
}
