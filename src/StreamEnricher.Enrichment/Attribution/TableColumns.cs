using System.Globalization;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Reads the columns that signature and keyword tables share.</summary>
internal static class TableColumns
{
    /// <summary>The techniques of a cell (ids separated by commas), revoked ids redirected, each once.</summary>
    /// <exception cref="DataFileException">The cell is empty, or holds an id that the catalogue lacks.</exception>
    public static string[] Techniques(TsvFile file, TsvRow row, int column, AttackCatalogue catalogue)
    {
        var found = new List<string>();
        Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
        foreach (var text in row[column].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TechniqueIds.IsCanonical(text))
            {
                throw file.Error(row, $"'{text}' is no technique id; write T1059 or T1059.001, several separated by commas");
            }

            var length = System.Text.Encoding.ASCII.GetBytes(text, canonical);
            var id = catalogue.Resolve(canonical[..length])
                ?? throw file.Error(row, $"technique {text} is not in ATT&CK {catalogue.Version}: unknown or deprecated there");
            if (!found.Contains(id))
            {
                found.Add(id);
            }
        }

        return found.Count > 0 ? [.. found] : throw file.Error(row, "the technique is empty; write T1059 or T1059.001");
    }

    /// <summary>A confidence above 0 and up to 1.</summary>
    /// <exception cref="DataFileException">It is none.</exception>
    public static double Confidence(TsvFile file, TsvRow row, int column) =>
        double.TryParse(row[column], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1
            ? value
            : throw file.Error(row, $"confidence '{row[column]}' is no number above 0 and up to 1, such as 0.75");

    /// <summary>A cell that must not be empty.</summary>
    /// <exception cref="DataFileException">It is empty.</exception>
    public static string Required(TsvFile file, TsvRow row, int column, string name) =>
        row[column].Length > 0 ? row[column] : throw file.Error(row, $"the {name} is empty");
}
