namespace StreamEnricher.Core.Text;

/// <summary>Finds what somebody probably meant by an unknown word.</summary>
public static class NearestName
{
    /// <summary>The only known name that begins with the word, or the one that few typing errors lead to; null when none is near.</summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        var names = known.ToList();
        var longer = names.Where(name => word.Length > 2 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        if (longer.Count == 1)
        {
            return longer[0];
        }

        var nearest = names.Where(name => Math.Abs(name.Length - word.Length) <= Limit(word, name)).Select(name => (Name: name, Distance: Distance(word, name)))
            .OrderBy(static pair => pair.Distance).ThenBy(static pair => pair.Name, StringComparer.Ordinal).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Limit(word, nearest.Name) ? nearest.Name : null;
    }

    private static int Limit(string word, string name) => Math.Max(1, (Math.Min(word.Length, name.Length) + 1) / 3);

    /// <summary>Damerau-Levenshtein distance (optimal string alignment), ignoring case.</summary>
    private static int Distance(string left, string right)
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
