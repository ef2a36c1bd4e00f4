using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>What a rule says of an event that it matches. Findings are made once for each question that the match can rest on.</summary>
internal sealed class SigmaHit
{
    private readonly IReadOnlyList<string> _techniques;
    private Known? _known;

    /// <param name="rule">The rule.</param>
    /// <param name="techniques">Its live techniques.</param>
    public SigmaHit(SigmaDocument rule, IReadOnlyList<string> techniques)
    {
        Rule = rule;
        _techniques = techniques;
    }

    /// <summary>The rule.</summary>
    public SigmaDocument Rule { get; }

    /// <summary>The finding.</summary>
    /// <param name="question">Index of the question that the match rests on, -1 for none.</param>
    /// <param name="field">Its field; null for none.</param>
    /// <param name="value">What the rule looks for there.</param>
    public Finding FindingOf(int question, string? field, string? value)
    {
        Finding? made = null;
        while (true)
        {
            var first = Volatile.Read(ref _known);
            for (var known = first; known is not null; known = known.Next)
            {
                if (known.Question == question)
                {
                    return known.Finding;
                }
            }

            made ??= Make(field, value);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _known, new Known(question, made, first), first), first))
            {
                return made;
            }
        }
    }

    private Finding Make(string? field, string? value)
    {
        var rule = new EvidenceRule(Rule.Id, Rule.Title, Rule.Author, SigmaLevels.Word(Rule.Level), Rule.License);
        return new Finding(new Evidence("sigma", _techniques, SigmaLevels.Confidence(Rule.Level), rule, field, string.IsNullOrEmpty(value) ? null : value));
    }

    /// <summary>A finding that was made; a rule has few.</summary>
    private sealed record Known(int Question, Finding Finding, Known? Next);
}
