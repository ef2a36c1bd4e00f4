using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>What rules and correlations have in common.</summary>
internal abstract record SigmaDocument
{
    /// <summary>File, or archive and member.</summary>
    public required string File { get; init; }

    /// <summary>Line where the document begins.</summary>
    public required long Line { get; init; }

    /// <summary>The rule's id; of a rule without one its name or title.</summary>
    public required string Id { get; init; }

    /// <summary>Name by which correlations refer to it, or null.</summary>
    public string? Name { get; init; }

    public required string Title { get; init; }

    /// <summary>Who wrote it; the rules' licence wants him named with every hit.</summary>
    public string? Author { get; init; }

    /// <summary>What it says of its licence, as an SPDX name by the specification.</summary>
    public string? License { get; init; }

    public SigmaLevel Level { get; init; } = SigmaLevels.Default;

    /// <summary>Technique ids of its tags (<c>attack.t1059.001</c>), as T1059.001, not looked up in any release.</summary>
    public IReadOnlyList<string> Techniques { get; init; } = [];
}

/// <summary>A rule on single events.</summary>
internal sealed record SigmaRule : SigmaDocument
{
    public required SigmaLogsource Logsource { get; init; }

    /// <summary>When it matches; its fields are indices of <see cref="Fields"/>.</summary>
    public required ConditionNode Detection { get; init; }

    /// <summary>Names of the fields that it reads.</summary>
    public required IReadOnlyList<string> Fields { get; init; }
}
