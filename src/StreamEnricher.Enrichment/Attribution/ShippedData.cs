using StreamEnricher.Enrichment.Attribution.Releases;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>The data files that come with the product: ATT&amp;CK releases and tables.</summary>
/// <param name="folder">The data folder.</param>
internal sealed class ShippedData(string folder)
{
    /// <summary>Name of the keyword table among a pipeline's tables.</summary>
    public const string Keywords = "keywords";

    private static readonly Dictionary<string, string> Tables = new(StringComparer.Ordinal) { ["et-open"] = "et-open.tsv.gz", [Keywords] = "keywords.tsv" };

    /// <summary>The data beside the executable.</summary>
    public static ShippedData BesideExecutable { get; } = new(Path.Combine(AppContext.BaseDirectory, "data"));

    /// <summary>Reads an ATT&amp;CK release.</summary>
    /// <param name="release">19 or 18.1, or the path of a folder of the same shape or of MITRE's STIX bundle (a .json file).</param>
    /// <exception cref="DataFileException">There is none, or it cannot be used.</exception>
    public AttackCatalogue LoadCatalogue(string release) =>
        IsBundle(release) ? AttackBundle.Load(release).Catalogue : AttackCatalogueLoader.Load(FolderOf(release));

    /// <summary>Reads an ATT&amp;CK release with its groups and software.</summary>
    /// <param name="release">As for <see cref="LoadCatalogue"/>.</param>
    /// <exception cref="DataFileException">There is none, or it cannot be used.</exception>
    public AttackRelease LoadRelease(string release)
    {
        if (IsBundle(release))
        {
            return AttackBundle.Load(release);
        }

        var catalogue = LoadCatalogue(release);
        return new AttackRelease(catalogue, AttackHintsLoader.Load(FolderOf(release), catalogue));
    }

    /// <summary>Whether the name of a release is a path, not a shipped release.</summary>
    public static bool IsReleasePath(string release) => IsPath(release) || IsBundle(release);

    /// <summary>Reads the tables of a pipeline.</summary>
    /// <param name="names">et-open, keywords, or the path of a TSV of one's own.</param>
    /// <param name="catalogue">Release that their techniques are looked up in.</param>
    /// <exception cref="DataFileException">A table is not known, or cannot be used.</exception>
    public TableProvider LoadTables(IEnumerable<string> names, AttackCatalogue catalogue)
    {
        var tables = new List<SignatureTable>();
        KeywordTable? keywords = null;
        foreach (var name in names)
        {
            if (name == Keywords)
            {
                keywords = KeywordTable.Load(PathOf(name), catalogue);
            }
            else
            {
                tables.Add(SignatureTable.Load(name, PathOf(name), catalogue));
            }
        }

        return new TableProvider(tables, keywords);
    }

    private string FolderOf(string release) => IsPath(release) ? release : Path.Combine(folder, "attack", release);

    private static bool IsBundle(string release) => release.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsPath(string name) => name.Contains('/', StringComparison.Ordinal) || name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>File of a table.</summary>
    internal string PathOf(string name)
    {
        if (Tables.TryGetValue(name, out var file))
        {
            return Path.Combine(folder, "tables", file);
        }

        return IsPath(name) || File.Exists(name)
            ? name
            : throw new DataFileException($"no table '{name}': shipped are {string.Join(", ", Tables.Keys.Order(StringComparer.Ordinal))}; for one of your own give the path of its TSV file");
    }
}
