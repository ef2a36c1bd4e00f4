using System.Text.Json;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>
/// The ECS field set <c>threat</c>: parallel arrays; a sub-technique stands in its own arrays, and its technique beside the others
/// (ECS 9.4, threat.technique.subtechnique.id).
/// </summary>
internal static class ThreatRenderer
{
    /// <summary>Members without the braces around them.</summary>
    public static byte[] Render(IReadOnlyList<TechniqueScore> scores, AttackCatalogue catalogue)
    {
        var all = scores.Select(score => catalogue.Find(score.Id)).OfType<Technique>().ToList();
        var subs = all.Where(technique => technique.ParentId is not null).ToList();
        var techniques = all
            .Select(technique => technique.ParentId is null ? technique : catalogue.Find(technique.ParentId))
            .OfType<Technique>()
            .DistinctBy(technique => technique.Id)
            .OrderBy(technique => technique.Id, StringComparer.Ordinal)
            .ToList();
        var tactics = all
            .SelectMany(technique => technique.TacticIds)
            .Distinct(StringComparer.Ordinal)
            .Select(catalogue.FindTactic)
            .OfType<Tactic>()
            .OrderBy(tactic => tactic.Order)
            .ToList();
        var json = RenderedAttribution.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("framework", "MITRE ATT&CK");
            writer.WriteStartObject("tactic");
            Arrays(writer, tactics.Select(tactic => (tactic.Id, tactic.Name, $"https://attack.mitre.org/tactics/{tactic.Id}/")).ToList());
            writer.WriteEndObject();
            writer.WriteStartObject("technique");
            Arrays(writer, Rows(techniques));
            if (subs.Count > 0)
            {
                writer.WriteStartObject("subtechnique");
                Arrays(writer, Rows(subs));
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        return json[1..^1];
    }

    private static List<(string Id, string Name, string Reference)> Rows(List<Technique> techniques) =>
        [.. techniques.Select(technique => (technique.Id, technique.Name, technique.Url + "/"))];

    private static void Arrays(Utf8JsonWriter writer, List<(string Id, string Name, string Reference)> rows)
    {
        writer.WritePropertyName("id");
        RenderedAttribution.Ids(writer, rows.Select(row => row.Id));
        writer.WritePropertyName("name");
        RenderedAttribution.Ids(writer, rows.Select(row => row.Name));
        writer.WritePropertyName("reference");
        RenderedAttribution.Ids(writer, rows.Select(row => row.Reference));
    }
}
