using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>Rules of one log source, compiled together. Immutable.</summary>
internal sealed class RuleGroup
{
    private RuleGroup(SigmaLogsource logsource, AtomTable atoms, CompiledRule[] rules, LiteralIndex?[] indexes, LiteralIndex? anywhere, int[] always)
    {
        Logsource = logsource;
        Fields = atoms.Fields;
        Atoms = [.. atoms.Atoms];
        Rules = rules;
        Indexes = indexes;
        Anywhere = anywhere;
        Always = always;
    }

    /// <summary>The events that the rules are for.</summary>
    public SigmaLogsource Logsource { get; }

    /// <summary>Names of the fields.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>All questions of the rules.</summary>
    public Atom[] Atoms { get; }

    /// <summary>The rules, in the order in which they were read.</summary>
    public CompiledRule[] Rules { get; }

    /// <summary>Literals by field; null for a field that none is looked for in.</summary>
    public LiteralIndex?[] Indexes { get; }

    /// <summary>Literals that may stand in any text of the event.</summary>
    public LiteralIndex? Anywhere { get; }

    /// <summary>Rules that may match without any literal.</summary>
    public int[] Always { get; }

    /// <summary>Compiles rules.</summary>
    /// <param name="logsource">What they have in common.</param>
    /// <param name="rules">In the order in which their evidence is to come.</param>
    /// <param name="all">The rules of all log sources.</param>
    /// <param name="techniquesOf">Live techniques of a rule.</param>
    public static RuleGroup Compile(SigmaLogsource logsource, IReadOnlyList<SigmaRule> rules, SigmaRuleSet all, Func<SigmaDocument, IReadOnlyList<string>> techniquesOf)
    {
        var correlations = all.Correlations is null ? null : new CorrelationCompiler(all, techniquesOf);
        var atoms = new AtomTable();
        var roots = rules.Select(rule => atoms.Add(rule.Detection, rule.Fields)).ToArray();
        var literals = new Dictionary<int, List<(Literal, int)>>();
        var always = new List<int>();
        for (var index = 0; index < roots.Length; index++)
        {
            if (Cover.Of(roots[index], atoms.Atoms) is not { } cover)
            {
                always.Add(index);
                continue;
            }

            foreach (var atom in cover.Atoms)
            {
                var field = atoms.Atoms[atom].Field;
                if (!literals.TryGetValue(field, out var ofField))
                {
                    literals.Add(field, ofField = []);
                }

                ofField.Add((Literal.Of(atoms.Atoms[atom])!, index));
            }
        }

        var compiled = roots
            .Select((root, index) => new CompiledRule(
                root, new SigmaHit(rules[index], techniquesOf(rules[index])), all.Reports(rules[index]), correlations?.UsesOf(rules[index], atoms) ?? []))
            .ToArray();
        var indexes = Enumerable.Range(0, atoms.Fields.Count).Select(field => literals.TryGetValue(field, out var found) ? new LiteralIndex(found) : null).ToArray();
        return new RuleGroup(logsource, atoms, compiled, indexes, literals.TryGetValue(Atom.Anywhere, out var words) ? new LiteralIndex(words) : null, [.. always]);
    }
}
