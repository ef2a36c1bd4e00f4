using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>All rules of a pipeline, read and checked.</summary>
internal sealed class SigmaRuleSet
{
    private SigmaRuleSet(IReadOnlyList<SigmaRule> rules, IReadOnlyList<RuleProblem> problems, int leftOut, int belowLevel)
    {
        Rules = rules;
        Problems = problems;
        LeftOut = leftOut;
        BelowLevel = belowLevel;
    }

    /// <summary>Usable rules of the wanted levels, in the order of paths and file names.</summary>
    public IReadOnlyList<SigmaRule> Rules { get; }

    /// <summary>All that is wrong, in the same order.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; }

    /// <summary>Number of rules that cannot be used.</summary>
    public int LeftOut { get; }

    /// <summary>Number of rules below the wanted level.</summary>
    public int BelowLevel { get; }

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
        var rules = new List<SigmaRule>();
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
                else if (document.Level < minimum)
                {
                    belowLevel++;
                }
                else if (document is SigmaRule rule)
                {
                    rules.Add(rule);
                }
            }
        }

        return new SigmaRuleSet(rules, problems, leftOut, belowLevel);
    }

    private static SigmaFile ReadFile(RuleText file, ConditionDialect dialect)
    {
        using var text = file.Open();
        return SigmaRuleReader.Read(file.File, text, dialect);
    }
}
