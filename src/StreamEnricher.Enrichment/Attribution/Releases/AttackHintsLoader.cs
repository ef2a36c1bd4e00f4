namespace StreamEnricher.Enrichment.Attribution.Releases;

/// <summary>Reads groups and software of a release from its folder: groups.tsv, group-techniques.tsv, software.tsv, software-techniques.tsv, each pair optional.</summary>
/// <remarks>groups, software: id, name, aliases (separated by commas), revoked. The other two: group_id or software_id, technique_id. More columns may be there.</remarks>
internal static class AttackHintsLoader
{
    /// <summary>Reads the tables that are there.</summary>
    /// <param name="folder">Folder of the release.</param>
    /// <param name="catalogue">Its techniques; older ids become newer ones, others are left out.</param>
    /// <exception cref="DataFileException">A table is wrong.</exception>
    public static AttackHints Load(string folder, AttackCatalogue catalogue) =>
        new(Read(folder, "groups.tsv", "group-techniques.tsv", "group_id", catalogue), Read(folder, "software.tsv", "software-techniques.tsv", "software_id", catalogue));

    private static List<(string Technique, AttackActor Actor)> Read(string folder, string actors, string techniques, string key, AttackCatalogue catalogue)
    {
        var pairs = new List<(string, AttackActor)>();
        var (actorFile, pairFile) = (Path.Combine(folder, actors), Path.Combine(folder, techniques));
        if (!File.Exists(actorFile) || !File.Exists(pairFile))
        {
            return pairs;
        }

        var byId = ReadActors(TsvFile.Read(actorFile));
        var file = TsvFile.Read(pairFile);
        var (actorColumn, techniqueColumn) = (file.Column(key), file.Column("technique_id"));
        foreach (var row in file.Rows)
        {
            if (byId.TryGetValue(row[actorColumn], out var actor) && catalogue.Resolve(System.Text.Encoding.UTF8.GetBytes(row[techniqueColumn])) is { } technique)
            {
                pairs.Add((technique, actor));
            }
        }

        return pairs;
    }

    private static Dictionary<string, AttackActor> ReadActors(TsvFile file)
    {
        var (id, name, aliases, revoked) = (file.Column("id"), file.Column("name"), file.Column("aliases"), file.Column("revoked"));
        var actors = new Dictionary<string, AttackActor>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            if (row[revoked] != "true" && !actors.TryAdd(row[id], new AttackActor(row[id], row[name], row[aliases].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))))
            {
                throw file.Error(row, $"{row[id]} is there twice");
            }
        }

        return actors;
    }
}
