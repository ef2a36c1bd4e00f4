using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>All rules of a pipeline, read and checked.</summary>
internal sealed class SigmaRuleSet
{
    private readonly SigmaLevel _minimum;

    private SigmaRuleSet(
        IReadOnlyList<SigmaRule> rules, CorrelationLinker? correlations, IReadOnlyList<RuleProblem> problems, int leftOut, int belowLevel, SigmaLevel minimum)
    {
        _minimum = minimum;
        Rules = rules;
        Correlations = correlations;
        Problems = problems;
        LeftOut = leftOut;
        BelowLevel = belowLevel;
    }

    /// <summary>Usable rules of the wanted levels, and those that correlations need, in the order of paths and file names.</summary>
    public IReadOnlyList<SigmaRule> Rules { get; }

    /// <summary>The correlations and what they need; null when there is none.</summary>
    public CorrelationLinker? Correlations { get; }

    /// <summary>All that is wrong, in the same order.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; }

    /// <summary>Number of rules that cannot be used.</summary>
    public int LeftOut { get; }

    /// <summary>Number of rules below the wanted level.</summary>
    public int BelowLevel { get; }

    /// <summary>Whether a document makes evidence of its own; otherwise it only serves correlations.</summary>
    public bool Reports(SigmaDocument document) => document.Level >= _minimum && Correlations?.IsSilent(document) != true;

    /// <summary>Names of the fields that a rule reads, and that correlations read where it hits.</summary>
    public IEnumerable<string> FieldsOf(SigmaRule rule) =>
        Correlations?.UsesOf(rule) is { Count: > 0 } uses ? rule.Fields.Concat(uses.SelectMany(use => use.Fields)) : rule.Fields;

    /// <summary>Reads rules.</summary>
    /// <param name="paths">Folders, archives or files. What stands in two of them is read once.</param>
    /// <param name="minimum">Lowest level that is wanted.</param>
    /// <param name="placeholders">Values for the modifier <c>expand</c>.</param>
    /// <exception cref="DataFileException">A path holds nothing that could be read.</exception>
    public static SigmaRuleSet Load(IEnumerable<string> paths, SigmaLevel minimum, IReadOnlyDictionary<string, IReadOnlyList<string>>? placeholders = null)
    {
        var dialect = new ConditionDialect { Keywords = true, Placeholders = placeholders ?? new Dictionary<string, IReadOnlyList<string>>() };
        var files = paths.SelectMany(SigmaRuleFiles.Find).ToList();
        var read = files.AsParallel().AsOrdered().Select(file => ReadFile(file, dialect)).ToList();
        var documents = new List<SigmaDocument>();
        var problems = new List<RuleProblem>();
        var byId = new Dictionary<string, SigmaDocument>(StringComparer.OrdinalIgnoreCase);
        var leftOut = 0;
        var belowLevel = 0;
        foreach (var file in read)
        {
            problems.AddRange(file.Problems);
            leftOut += file.LeftOut;
            foreach (var document in file.Documents)
            {
                if (!byId.TryAdd(document.Id, document))
                {
                    var first = byId[document.Id];
                    problems.Add(new RuleProblem(document.File, document.Line, 1, $"the id {document.Id} is that of {first.File}:{first.Line} already; give the rule one of its own"));
                    leftOut++;
                }
                else
                {
                    documents.Add(document);
                    belowLevel += document.Level < minimum ? 1 : 0;
                }
            }
        }

        var wanted = documents.OfType<SigmaCorrelation>().Where(correlation => correlation.Level >= minimum).ToList();
        if (wanted.Count == 0)
        {
            return new SigmaRuleSet([.. documents.OfType<SigmaRule>().Where(rule => rule.Level >= minimum)], null, problems, leftOut, belowLevel, minimum);
        }

        var linker = new CorrelationLinker(documents, wanted, problems);
        List<SigmaRule> rules = [.. documents.OfType<SigmaRule>().Where(rule => rule.Level >= minimum || linker.UsesOf(rule).Count > 0)];
        return new SigmaRuleSet(rules, linker.Correlations.Count == 0 ? null : linker, problems, leftOut + linker.LeftOut, belowLevel, minimum);
    }

    private static SigmaFile ReadFile(RuleText file, ConditionDialect dialect)
    {
        using var text = file.Open();
        return SigmaRuleReader.Read(file.File, text, dialect);
    }
}
