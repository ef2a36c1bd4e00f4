using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>What a rule says of an event that it matches. Findings are made once for each question that the match can rest on.</summary>
internal sealed class SigmaHit
{
    private readonly Finding?[] _findings;
    private readonly IReadOnlyList<string> _techniques;

    /// <param name="rule">The rule.</param>
    /// <param name="techniques">Its live techniques.</param>
    /// <param name="questions">Number of questions that a match can rest on.</param>
    public SigmaHit(SigmaDocument rule, IReadOnlyList<string> techniques, int questions)
    {
        Rule = rule;
        _techniques = techniques;
        _findings = new Finding?[questions + 1];
    }

    /// <summary>The rule.</summary>
    public SigmaDocument Rule { get; }

    /// <summary>The finding.</summary>
    /// <param name="question">Index of the question that the match rests on, -1 for none.</param>
    /// <param name="field">Its field; null for none.</param>
    /// <param name="value">What the rule looks for there.</param>
    public Finding FindingOf(int question, string? field, string? value)
    {
        ref var place = ref _findings[question + 1];
        if (Volatile.Read(ref place) is { } known)
        {
            return known;
        }

        var rule = new EvidenceRule(Rule.Id, Rule.Title, Rule.Author, SigmaLevels.Word(Rule.Level));
        var made = new Finding(new Evidence("sigma", _techniques, SigmaLevels.Confidence(Rule.Level), rule, field, string.IsNullOrEmpty(value) ? null : value));
        return Interlocked.CompareExchange(ref place, made, null) ?? made;
    }
}
