using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>What is the same for all log sources while correlations are compiled.</summary>
/// <param name="rules">The rules.</param>
/// <param name="resolve">Live techniques of a document's tags.</param>
internal sealed class CorrelationCompiler(SigmaRuleSet rules, Func<SigmaDocument, IReadOnlyList<string>> resolve)
{
    private readonly CorrelationLinker _linker = rules.Correlations!;

    /// <summary>Place of a correlation among all.</summary>
    public int NumberOf(SigmaCorrelation correlation)
    {
        for (var index = 0; index < _linker.Correlations.Count; index++)
        {
            if (ReferenceEquals(_linker.Correlations[index], correlation))
            {
                return index;
            }
        }

        throw new InvalidOperationException($"{correlation.Id} was not linked");
    }

    /// <summary>Whether a correlation makes evidence.</summary>
    public bool Reports(SigmaCorrelation correlation) => rules.Reports(correlation);

    /// <summary>Techniques of a correlation's tags; without any those of its rules.</summary>
    public IReadOnlyList<string> TechniquesOf(SigmaDocument document)
    {
        var own = resolve(document);
        return own.Count > 0 || document is not SigmaCorrelation correlation
            ? own
            : [.. _linker.MembersOf(correlation).SelectMany(TechniquesOf).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The uses of a rule.</summary>
    public CorrelationUse[] UsesOf(SigmaRule rule, AtomTable atoms) => [.. _linker.UsesOf(rule).Select(use => CorrelationUse.Of(use, atoms, this))];
}
