namespace StreamEnricher.Cli.Configuration;

/// <summary>"did you mean": the known word that is nearest to an unknown one.</summary>
internal static class Suggestion
{
    /// <summary>A question that names the nearest word, or the list of all when none is near.</summary>
    public static string For(string word, IReadOnlyCollection<string> known)
    {
        var longer = known.Where(name => word.Length > 2 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToList();
        if (longer.Count == 1)
        {
            return $"did you mean {longer[0]}?";
        }

        var nearest = known.Select(name => (Name: name, Distance: Distance(word, name))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(1, Math.Min(word.Length, nearest.Name.Length) / 3)
            ? $"did you mean {nearest.Name}?"
            : $"one of: {string.Join(", ", known)}";
    }

    /// <summary>Damerau-Levenshtein distance (optimal string alignment), ignoring case.</summary>
    public static int Distance(string left, string right)
    {
        var (a, b) = (left.ToLowerInvariant(), right.ToLowerInvariant());
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
