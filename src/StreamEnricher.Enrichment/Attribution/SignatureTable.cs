using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A table from signature or rule ids to techniques.</summary>
/// <remarks>
/// TSV with the columns field (source path that holds the key, or * for whatever field a format binds to the table), key (exact, case matters),
/// technique (one or several separated by commas), confidence (0 to 1) and optionally name. A key may have several rows.
/// </remarks>
internal sealed class SignatureTable
{
    /// <summary>In the field column: any field that a format binds to the table.</summary>
    public const string AnyField = "*";

    private readonly Dictionary<string, Dictionary<byte[], int[]>> _byField;

    private SignatureTable(string name, SignatureRow[] rows, Dictionary<string, Dictionary<byte[], int[]>> byField)
    {
        Name = name;
        Rows = rows;
        _byField = byField;
    }

    /// <summary>Name that formats and pipelines know it by.</summary>
    public string Name { get; }

    /// <summary>Rows in the file's order.</summary>
    public IReadOnlyList<SignatureRow> Rows { get; }

    /// <summary>Source paths that the table itself names: a format must give these fields slots, and name them in <see cref="AttributionSpec.Tables"/>.</summary>
    public IEnumerable<string> Fields => _byField.Keys.Where(path => path != AnyField).Order(StringComparer.Ordinal);

    /// <summary>Reads a table.</summary>
    /// <param name="name">Name that formats and pipelines know it by.</param>
    /// <param name="path">TSV or TSV.gz.</param>
    /// <param name="catalogue">Release that its techniques are looked up in.</param>
    /// <exception cref="DataFileException">The file or a row of it cannot be used.</exception>
    public static SignatureTable Load(string name, string path, AttackCatalogue catalogue)
    {
        var file = TsvFile.Read(path);
        var (field, key, technique, confidence) = (file.Column("field"), file.Column("key"), file.Column("technique"), file.Column("confidence"));
        var title = file.OptionalColumn("name");
        var rows = new SignatureRow[file.Rows.Count];
        var byField = new Dictionary<string, Dictionary<byte[], List<int>>>(StringComparer.Ordinal);
        for (var index = 0; index < rows.Length; index++)
        {
            var row = file.Rows[index];
            var keyText = TableColumns.Required(file, row, key, "key");
            var rule = new EvidenceRule(keyText, title >= 0 && row[title].Length > 0 ? row[title] : null);
            rows[index] = new SignatureRow(rule, TableColumns.Techniques(file, row, technique, catalogue), TableColumns.Confidence(file, row, confidence));

            var fieldText = TableColumns.Required(file, row, field, "field");
            if (!byField.TryGetValue(fieldText, out var keys))
            {
                byField.Add(fieldText, keys = new Dictionary<byte[], List<int>>(Utf8Comparer.Instance));
            }

            var keyBytes = System.Text.Encoding.UTF8.GetBytes(keyText);
            if (!keys.TryGetValue(keyBytes, out var indexes))
            {
                keys.Add(keyBytes, indexes = []);
            }

            indexes.Add(index);
        }

        return new SignatureTable(name, rows, byField.ToDictionary(
            pair => pair.Key, pair => pair.Value.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray(), Utf8Comparer.Instance), StringComparer.Ordinal));
    }

    /// <summary>The keys of a field, each with the indexes of its rows; those for any field when the table does not name it. Null when there are none.</summary>
    public Dictionary<byte[], int[]>? KeysOf(string path) => _byField.GetValueOrDefault(path) ?? _byField.GetValueOrDefault(AnyField);
}

/// <summary>A row of a signature table.</summary>
/// <param name="Rule">Key as id, and the name if the table has it.</param>
/// <param name="Techniques">Live ids, at least one.</param>
/// <param name="Confidence">Above 0 and up to 1.</param>
internal sealed record SignatureRow(EvidenceRule Rule, IReadOnlyList<string> Techniques, double Confidence);
