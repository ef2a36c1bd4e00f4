namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Level of a rule (Sigma specification, "Level").</summary>
internal enum SigmaLevel : byte
{
    /// <summary>Meant to tag events.</summary>
    Informational,

    /// <summary>Notable, rarely an incident.</summary>
    Low,

    /// <summary>To be looked at.</summary>
    Medium,

    /// <summary>An alert.</summary>
    High,

    /// <summary>An incident.</summary>
    Critical,
}

/// <summary>Words and numbers of levels.</summary>
internal static class SigmaLevels
{
    /// <summary>Level of a rule that states none.</summary>
    public const SigmaLevel Default = SigmaLevel.Medium;

    private static readonly double[] Confidences = [0.1, 0.3, 0.5, 0.75, 0.95];

    /// <summary>All words, the lowest first.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetNames<SigmaLevel>().Select(name => name.ToLowerInvariant())];

    /// <summary>The level of a word, or null.</summary>
    public static SigmaLevel? Find(string word) =>
        Enum.TryParse<SigmaLevel>(word, ignoreCase: true, out var level) && Words.Contains(word, StringComparer.OrdinalIgnoreCase) ? level : null;

    /// <summary>The word of a level.</summary>
    public static string Word(SigmaLevel level) => Words[(int)level];

    /// <summary>How sure a hit makes that the rule's techniques were used, from 0 to 1.</summary>
    public static double Confidence(SigmaLevel level) => Confidences[(int)level];
}
