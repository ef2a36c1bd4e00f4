using System.Text.RegularExpressions;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Puts values in the place of <c>%name%</c> (modifier <c>expand</c>). A percent sign behind a backslash is itself.</summary>
internal static partial class Placeholders
{
    /// <summary>All texts that a value stands for: one for each combination of its placeholders' values.</summary>
    /// <param name="text">The value as written.</param>
    /// <param name="values">Values by placeholder.</param>
    /// <param name="problem">A placeholder without values, or null.</param>
    public static IReadOnlyList<string> Expand(string text, IReadOnlyDictionary<string, IReadOnlyList<string>> values, out string? problem)
    {
        problem = null;
        if (Placeholder().Match(text) is not { Success: true } found)
        {
            return [text.Replace(@"\%", "%", StringComparison.Ordinal)];
        }

        var name = found.Groups["name"].Value;
        if (!values.TryGetValue(name, out var known) || known.Count == 0)
        {
            problem = $"the placeholder %{name}% has no value; give it some under 'placeholders' beside 'rules'";
            return [];
        }

        var before = text[..found.Index].Replace(@"\%", "%", StringComparison.Ordinal);
        var rest = Expand(text[(found.Index + found.Length)..], values, out problem);
        return [.. known.SelectMany(value => rest.Select(end => before + value + end))];
    }

    [GeneratedRegex(@"(?<!\\)%(?<name>\w+)%")]
    private static partial Regex Placeholder();
}
