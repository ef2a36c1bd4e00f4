namespace StreamEnricher.Enrichment.Attribution.Releases;

/// <summary>A group, or a piece of malware or a tool.</summary>
/// <param name="Id">G0016 or S0002.</param>
/// <param name="Name">Name.</param>
/// <param name="Aliases">Other names.</param>
internal sealed record AttackActor(string Id, string Name, IReadOnlyList<string> Aliases)
{
    /// <summary>Whether a person means it by a word: its id, its name or an alias in any case.</summary>
    public bool IsCalled(string word) =>
        string.Equals(Id, word, StringComparison.OrdinalIgnoreCase) || string.Equals(Name, word, StringComparison.OrdinalIgnoreCase)
        || Aliases.Contains(word, StringComparer.OrdinalIgnoreCase);
}
