namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>What is shipped with the program, by name.</summary>
/// <param name="Formats">Source formats, without auto.</param>
/// <param name="Tables">Attribution tables.</param>
/// <param name="Catalogues">ATT&amp;CK releases.</param>
internal sealed record Inventory(IReadOnlyCollection<string> Formats, IReadOnlyCollection<string> Tables, IReadOnlyCollection<string> Catalogues)
{
    /// <summary>What lies beside the executable: <c>pipelines/formats/*.yaml</c>, <c>data/tables/*.tsv[.gz]</c> and the folders of <c>data/attack</c>.</summary>
    public static Inventory BesideExecutable() => In(AppContext.BaseDirectory);

    /// <summary>What lies in a folder of the same shape.</summary>
    public static Inventory In(string folder) => new(
        [.. Files(folder, "pipelines", "formats", "*.yaml").Select(name => name[..^".yaml".Length])],
        [.. Files(folder, "data", "tables", "*.tsv").Concat(Files(folder, "data", "tables", "*.tsv.gz")).Select(name => name[..name.IndexOf(".tsv", StringComparison.Ordinal)])],
        [.. Folders(Path.Combine(folder, "data", "attack"))]);

    private static IEnumerable<string> Files(string root, string first, string second, string pattern)
    {
        var folder = Path.Combine(root, first, second);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, pattern).Select(path => Path.GetFileName(path)) : [];
    }

    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)) : [];
}
