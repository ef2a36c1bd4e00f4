using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.StixValidation.Json;

namespace StreamEnricher.Enrichment.StixValidation.Rules;

/// <summary>What objects say of ATT&amp;CK must be so in the release at hand: tactics, technique ids, MITRE's own object ids.</summary>
internal sealed class AttackRules
{
    private readonly AttackCatalogue _catalogue;
    private readonly HashSet<string> _tactics;
    private readonly Dictionary<string, string> _techniqueOf = new(StringComparer.Ordinal);

    /// <param name="catalogue">The release.</param>
    public AttackRules(AttackCatalogue catalogue)
    {
        _catalogue = catalogue;
        _tactics = catalogue.Techniques.SelectMany(static technique => technique.TacticIds).Distinct().Select(id => catalogue.FindTactic(id)!.ShortName).ToHashSet(StringComparer.Ordinal);
        foreach (var technique in catalogue.Techniques.Where(static technique => technique.StixId is not null))
        {
            _techniqueOf[technique.StixId!] = technique.Id;
        }
    }

    /// <summary>Adds what is wrong.</summary>
    public void Check(LocatedValue stix, Action<FindingLevel, LocatedValue, string, string> add)
    {
        var phases = stix["kill_chain_phases"]?.Items ?? [];
        for (var i = 0; i < phases.Count; i++)
        {
            if (phases[i].TextOf("kill_chain_name") == "mitre-attack" && phases[i].TextOf("phase_name") is { } phase && !_tactics.Contains(phase))
            {
                add(FindingLevel.Error, phases[i], $"kill_chain_phases[{i}].phase_name", $"{phase} is no tactic of ATT&CK {_catalogue.Version} ({string.Join(", ", _tactics.Order(StringComparer.Ordinal))})");
            }
        }

        var references = stix["external_references"]?.Items ?? [];
        for (var i = 0; i < references.Count; i++)
        {
            if (references[i].TextOf("source_name") == "mitre-attack" && references[i].TextOf("external_id") is { } id && id.StartsWith('T') && !id.StartsWith("TA", StringComparison.Ordinal))
            {
                CheckTechnique(stix, references[i], $"external_references[{i}].external_id", id, isFirst: i == 0, add);
            }
        }

        if (stix.TextOf("type") == "sighting" && stix.TextOf("sighting_of_ref") is { } seen && seen.StartsWith("attack-pattern--", StringComparison.Ordinal))
        {
            add(FindingLevel.Warning, stix["sighting_of_ref"]!, "sighting_of_ref", "a technique is not sighted: sight the indicator, which indicates the technique");
        }
    }

    private void CheckTechnique(LocatedValue stix, LocatedValue reference, string path, string id, bool isFirst, Action<FindingLevel, LocatedValue, string, string> add)
    {
        if (_catalogue.Find(id) is not { } technique)
        {
            add(FindingLevel.Warning, reference, path, $"ATT&CK {_catalogue.Version} has no technique {id}");
            return;
        }

        if (stix.TextOf("type") != "attack-pattern" || !isFirst)
        {
            return;
        }

        var own = stix.TextOf("id") ?? "";
        if (technique.StixId is { } mitre && own != mitre)
        {
            add(
                FindingLevel.Error,
                reference,
                path,
                _techniqueOf.TryGetValue(own, out var other) ? $"{id} is another technique than that of the object's id ({other})" : $"{id} has MITRE's own object id: {mitre}");
        }
    }
}
