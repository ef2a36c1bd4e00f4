using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>Literals of which an event must have one for a rule to match: what makes the rule worth a look.</summary>
/// <param name="Cost">How often an event has one of them, by guess: a sum of frequencies.</param>
/// <param name="Atoms">Questions with the literals.</param>
internal sealed record Cover(double Cost, IReadOnlyList<int> Atoms)
{
    /// <summary>Words that paths and keys of ordinary events are made of; what else stands in a literal tells it apart.</summary>
    private static readonly string[] Frequent =
    [
        "microsoft", "windows", "system32", "software", "program files", "users", "currentversion", "currentcontrolset", "services", "appdata", "hklm", "hkcu", "hku", "c:", "explorer",
        "http", "https", ".exe", ".dll", "/usr/bin", "/bin/",
    ];

    /// <summary>Guess of how often a text has a literal anywhere, by its length without frequent words.</summary>
    private static readonly double[] ByLength = [1, 0.9, 0.5, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.007, 0.005, 0.003, 0.002];

    /// <summary>The cheapest cover of a rule; null when it can match without any literal.</summary>
    public static Cover? Of(RuleNode node, IReadOnlyList<Atom> atoms)
    {
        switch (node.Kind)
        {
            case NodeKind.All:
                return node.Children.Select(child => Of(child, atoms)).OfType<Cover>().MinBy(cover => cover.Cost);
            case NodeKind.Any:
                var covers = node.Children.Select(child => Of(child, atoms)).ToList();
                return covers.Contains(null) ? null : new Cover(covers.Sum(cover => cover!.Cost), [.. covers.SelectMany(cover => cover!.Atoms).Distinct()]);
            case NodeKind.Test:
                return Literal.Of(atoms[node.Atom]) is { } literal ? new Cover(Frequency(literal), [node.Atom]) : null;
            default:
                return null;
        }
    }

    private static double Frequency(Literal literal)
    {
        var text = System.Text.Encoding.Latin1.GetString(literal.Text);
        foreach (var word in Frequent)
        {
            text = text.Replace(word, "", StringComparison.Ordinal);
        }

        var anywhere = ByLength[Math.Min(text.Length, ByLength.Length - 1)];
        return literal.Place switch
        {
            LiteralPlace.Whole => Math.Min(0.02, anywhere),
            LiteralPlace.Anywhere => anywhere,
            _ => Math.Min(0.05, anywhere),
        };
    }
}
