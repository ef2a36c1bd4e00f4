using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Phrases that name a technique in plain text, such as a description or a tag.</summary>
/// <remarks>
/// TSV with the columns phrase, technique (one or several separated by commas) and confidence (0 to 1). A phrase matches whole words, whatever
/// their case; a blank in it stands for a blank, hyphen or underscore, and a plural s may follow. Where one phrase contains another, the longer wins.
/// </remarks>
internal sealed class KeywordTable
{
    private readonly PhraseSearch _search;

    private KeywordTable(KeywordRow[] rows)
    {
        Rows = rows;
        _search = new PhraseSearch([.. rows.Select(row => row.Phrase)]);
    }

    /// <summary>Rows in the file's order.</summary>
    public IReadOnlyList<KeywordRow> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <param name="path">TSV or TSV.gz.</param>
    /// <param name="catalogue">Release that its techniques are looked up in.</param>
    /// <exception cref="DataFileException">The file or a row of it cannot be used.</exception>
    public static KeywordTable Load(string path, AttackCatalogue catalogue)
    {
        var file = TsvFile.Read(path);
        var (phrase, technique, confidence) = (file.Column("phrase"), file.Column("technique"), file.Column("confidence"));
        var rows = new List<KeywordRow>(file.Rows.Count);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            var text = TableColumns.Required(file, row, phrase, "phrase");
            if (!PhraseSearch.IsPhrase(text))
            {
                throw file.Error(row, $"phrase '{text}': use lower-case ASCII letters, digits and . / + # & ' : @ ( ) between single blanks (a blank also matches - and _)");
            }

            if (!seen.TryAdd(text, row.Line))
            {
                throw file.Error(row, $"phrase '{text}' is already in line {seen[text]}; name all its techniques there, separated by commas");
            }

            rows.Add(new KeywordRow(text, TableColumns.Techniques(file, row, technique, catalogue), TableColumns.Confidence(file, row, confidence)));
        }

        return new KeywordTable([.. rows]);
    }

    /// <summary>Prepares the search of a format's fields; null when it has none.</summary>
    public BoundKeywords? Bind(AttributionSpec spec) => spec.Keywords.Count == 0 ? null : new BoundKeywords(this, _search, spec);
}

/// <summary>A row of the keyword table.</summary>
/// <param name="Phrase">Lower-case words with single blanks between them.</param>
/// <param name="Techniques">Live ids, at least one.</param>
/// <param name="Confidence">Above 0 and up to 1.</param>
internal sealed record KeywordRow(string Phrase, IReadOnlyList<string> Techniques, double Confidence)
{
    /// <summary>The rule as evidence names it.</summary>
    public EvidenceRule Rule { get; } = new("keyword:" + Phrase, Phrase);
}
