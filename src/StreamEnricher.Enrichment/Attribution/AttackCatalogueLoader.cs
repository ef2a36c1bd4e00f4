using System.Globalization;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Reads a release of ATT&amp;CK from a folder: techniques.tsv, tactics.tsv, redirects.tsv, and beside the folder stix-ids.tsv (optional).</summary>
/// <remarks>
/// techniques: id, name, tactics (short names, comma separated), parent_id, deprecated, revoked, modified, url. tactics: id, name, shortname,
/// matrix_order. redirects: old_id, current_id. stix-ids: technique_id, stix_id; the same for every release, since MITRE's object ids are stable.
/// More columns may be there. Revoked and deprecated techniques are left out.
/// </remarks>
internal static class AttackCatalogueLoader
{
    private const string StixPrefix = "attack-pattern--";

    /// <summary>Reads a release.</summary>
    /// <param name="folder">Folder with the release's tables; its last part is the version.</param>
    /// <exception cref="DataFileException">A file is missing or wrong.</exception>
    public static AttackCatalogue Load(string folder)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new DataFileException($"{folder}: no such ATT&CK release{Alternatives(full)}");
        }

        var tactics = ReadTactics(TsvFile.Read(Path.Combine(full, "tactics.tsv")));
        var stixFile = Path.Combine(full, "..", "stix-ids.tsv");
        var stixIds = File.Exists(stixFile) ? ReadStixIds(TsvFile.Read(stixFile)) : [];
        var techniques = ReadTechniques(TsvFile.Read(Path.Combine(full, "techniques.tsv")), tactics, stixIds);
        return new AttackCatalogue(Path.GetFileName(full), techniques, tactics, ReadRedirects(TsvFile.Read(Path.Combine(full, "redirects.tsv"))));
    }

    private static string Alternatives(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        var releases = parent is not null && Directory.Exists(parent)
            ? Directory.GetDirectories(parent).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray()
            : [];
        return releases.Length == 0 ? "" : "; there are: " + string.Join(", ", releases);
    }

    private static List<Tactic> ReadTactics(TsvFile file)
    {
        var (id, name, shortName, order) = (file.Column("id"), file.Column("name"), file.Column("shortname"), file.Column("matrix_order"));
        var tactics = new List<Tactic>();
        foreach (var row in file.Rows)
        {
            if (!int.TryParse(row[order], NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                throw file.Error(row, $"matrix_order '{row[order]}' is no number");
            }

            if (tactics.Exists(tactic => tactic.Id == row[id] || tactic.ShortName == row[shortName]))
            {
                throw file.Error(row, $"tactic {row[id]} ({row[shortName]}) is there twice");
            }

            tactics.Add(new Tactic(row[id], row[name], row[shortName], place));
        }

        return tactics;
    }

    private static List<Technique> ReadTechniques(TsvFile file, List<Tactic> tactics, Dictionary<string, string> stixIds)
    {
        var (id, name, phases, parent) = (file.Column("id"), file.Column("name"), file.Column("tactics"), file.Column("parent_id"));
        var (deprecated, revoked, modified, url) = (file.Column("deprecated"), file.Column("revoked"), file.Column("modified"), file.Column("url"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var techniques = new List<Technique>();
        foreach (var row in file.Rows)
        {
            if (!TechniqueIds.IsCanonical(row[id]))
            {
                throw file.Error(row, $"'{row[id]}' is no technique id; write T1059 or T1059.001");
            }

            if (!seen.Add(row[id]))
            {
                throw file.Error(row, $"technique {row[id]} is there twice");
            }

            if (row[deprecated] == "true" || row[revoked] == "true")
            {
                continue;
            }

            techniques.Add(new Technique(
                row[id], row[name], row[parent].Length == 0 ? null : row[parent], TacticIds(file, row, row[phases], tactics), row[url],
                stixIds.GetValueOrDefault(row[id]), row[modified].Length == 0 ? null : row[modified]));
        }

        return techniques;
    }

    private static string[] TacticIds(TsvFile file, TsvRow row, string phases, List<Tactic> tactics)
    {
        var found = new List<Tactic>();
        foreach (var phase in phases.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            found.Add(tactics.Find(tactic => tactic.ShortName == phase) ?? throw file.Error(row, $"tactic '{phase}' is not in tactics.tsv"));
        }

        return [.. found.OrderBy(tactic => tactic.Order).Select(tactic => tactic.Id)];
    }

    private static List<KeyValuePair<string, string>> ReadRedirects(TsvFile file)
    {
        var (old, current) = (file.Column("old_id"), file.Column("current_id"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var redirects = new List<KeyValuePair<string, string>>();
        foreach (var row in file.Rows)
        {
            foreach (var column in (ReadOnlySpan<int>)[old, current])
            {
                if (!TechniqueIds.IsCanonical(row[column]))
                {
                    throw file.Error(row, $"'{row[column]}' is no technique id; write T1059 or T1059.001");
                }
            }

            if (!seen.Add(row[old]))
            {
                throw file.Error(row, $"{row[old]} is redirected twice");
            }

            redirects.Add(new KeyValuePair<string, string>(row[old], row[current]));
        }

        return redirects;
    }

    private static Dictionary<string, string> ReadStixIds(TsvFile file)
    {
        var (technique, stix) = (file.Column("technique_id"), file.Column("stix_id"));
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            if (!row[stix].StartsWith(StixPrefix, StringComparison.Ordinal) || !Guid.TryParseExact(row[stix].AsSpan(StixPrefix.Length), "D", out _))
            {
                throw file.Error(row, $"'{row[stix]}' is no {StixPrefix}UUID");
            }

            if (!ids.TryAdd(row[technique], row[stix]))
            {
                throw file.Error(row, $"technique {row[technique]} is there twice");
            }
        }

        return ids;
    }
}
