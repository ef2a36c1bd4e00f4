using System.Formats.Tar;
using System.IO.Compression;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Finds rule files: <c>*.yml</c> and <c>*.yaml</c> in folders with all below them, in .tar.gz archives, or named one by one.</summary>
internal static class SigmaRuleFiles
{
    /// <summary>The files of a path, in the order of their names.</summary>
    /// <param name="path">A folder, an archive or a file.</param>
    /// <exception cref="DataFileException">There is none, or the archive cannot be read.</exception>
    public static IReadOnlyList<RuleText> Find(string path)
    {
        if (Directory.Exists(path))
        {
            return [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => IsRule(Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/')))
                .Order(StringComparer.Ordinal)
                .Select(file => new RuleText(file, null))];
        }

        if (!File.Exists(path))
        {
            throw new DataFileException($"{path}: there are no Sigma rules: no such folder, archive or file");
        }

        return path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase)
            ? Unpack(path)
            : [new RuleText(path, null)];
    }

    private static List<RuleText> Unpack(string path)
    {
        var texts = new List<RuleText>();
        try
        {
            using var file = File.OpenRead(path);
            using var archive = new TarReader(new GZipStream(file, CompressionMode.Decompress));
            while (archive.GetNextEntry() is { } entry)
            {
                if (entry.DataStream is { } data && IsRule(entry.Name))
                {
                    using var reader = new StreamReader(data);
                    texts.Add(new RuleText($"{path}/{entry.Name}", reader.ReadToEnd()));
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DataFileException($"{path}: not a .tar.gz archive: {error.Message}", error);
        }

        texts.Sort(static (left, right) => string.CompareOrdinal(left.File, right.File));
        return texts;
    }

    /// <summary>A YAML file outside hidden folders, such as a repository's .github.</summary>
    private static bool IsRule(string name) =>
        (name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
        && !name.Split('/').Any(part => part.StartsWith('.') && part.Length > 1);
}

/// <summary>A rule file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Text">Its text; null: still to be read.</param>
internal sealed record RuleText(string File, string? Text)
{
    /// <summary>Reads the text.</summary>
    public TextReader Open() => Text is null ? new StreamReader(File) : new StringReader(Text);
}
