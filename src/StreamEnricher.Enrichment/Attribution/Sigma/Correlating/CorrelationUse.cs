using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>What a rule's hit is worth to a correlation, with fields as numbers of the rule's group.</summary>
internal sealed class CorrelationUse
{
    private readonly IReadOnlyList<string> _techniques;

    private CorrelationUse(RuleUse use, AtomTable atoms, CorrelationCompiler compiler)
    {
        Correlation = use.Correlation;
        Member = use.Member;
        Number = compiler.NumberOf(use.Correlation);
        Reports = compiler.Reports(use.Correlation);
        GroupBy = [.. use.GroupBy.Select(atoms.FieldOf)];
        Values = [.. use.Values.Select(atoms.FieldOf)];
        Outer = [.. use.Outer.Select(outer => new CorrelationUse(outer, atoms, compiler))];
        _techniques = compiler.TechniquesOf(use.Correlation);
    }

    /// <summary>The correlation.</summary>
    public SigmaCorrelation Correlation { get; }

    /// <summary>Number of the correlation.</summary>
    public int Number { get; }

    /// <summary>Place of the rule among those that it names.</summary>
    public int Member { get; }

    /// <summary>It makes evidence itself.</summary>
    public bool Reports { get; }

    /// <summary>Fields whose values tell groups apart.</summary>
    public int[] GroupBy { get; }

    /// <summary>Fields whose values are counted.</summary>
    public int[] Values { get; }

    /// <summary>What it is worth, when the correlation fires, to others.</summary>
    public CorrelationUse[] Outer { get; }

    /// <summary>Resolves a use.</summary>
    public static CorrelationUse Of(RuleUse use, AtomTable atoms, CorrelationCompiler compiler) => new(use, atoms, compiler);

    /// <summary>The evidence of a firing.</summary>
    /// <param name="group">The group's values, in the order of the rule's group-by; empty for none.</param>
    public Finding Evidence(string group)
    {
        var rule = new EvidenceRule(Correlation.Id, Correlation.Title, Correlation.Author, SigmaLevels.Word(Correlation.Level), Correlation.License);
        var field = Correlation.GroupBy.Count == 0 ? null : string.Join(", ", Correlation.GroupBy);
        return new Finding(new Evidence("sigma", _techniques, SigmaLevels.Confidence(Correlation.Level), rule, field, group.Length == 0 ? null : group));
    }
}
