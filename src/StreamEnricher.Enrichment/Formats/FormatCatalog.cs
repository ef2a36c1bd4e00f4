using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>All formats of a pipeline by name.</summary>
internal sealed class FormatCatalog
{
    /// <summary>Name of the format of events that fit no other.</summary>
    public const string GenericName = "generic";

    private readonly List<FormatPlan> _plans;

    private FormatCatalog(List<FormatPlan> plans, FormatPlan generic)
    {
        _plans = plans;
        Generic = generic;
    }

    /// <summary>The format of events that fit no other.</summary>
    public FormatPlan Generic { get; }

    /// <summary>All formats, in the order of their names.</summary>
    public IReadOnlyList<FormatPlan> Plans => _plans;

    /// <summary>Every vendor namespace that documents may have.</summary>
    public IReadOnlyList<string> VendorNamespaces =>
        [.. _plans.SelectMany(plan => plan.Cases).Select(one => one.VendorNamespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads and compiles all <c>*.yaml</c> files of folders. A format of a later folder replaces one of the same name.</summary>
    /// <param name="folders">Folders.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="rules">Sigma rules whose fields scans must find; null for none.</param>
    /// <param name="wants">Whether a file is read; null for all.</param>
    /// <returns>Null when there were problems.</returns>
    public static FormatCatalog? Load(IEnumerable<string> folders, List<FormatProblem> problems, SigmaRuleSet? rules = null, Func<string, bool>? wants = null)
    {
        var before = problems.Count;
        var plans = new SortedDictionary<string, FormatPlan>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                problems.Add(new FormatProblem(folder, 1, 1, "the folder of formats does not exist"));
                continue;
            }

            var files = Directory.GetFiles(folder, "*.yaml").Where(file => wants?.Invoke(file) != false).ToArray();
            Array.Sort(files, StringComparer.Ordinal);
            foreach (var (plan, found) in files.AsParallel().AsOrdered().Select(file => ReadFile(file, rules)).ToList())
            {
                problems.AddRange(found);
                if (plan is not null)
                {
                    plans[plan.Name] = plan;
                }
            }
        }

        if (problems.Count > before)
        {
            return null;
        }

        if (!plans.TryGetValue(GenericName, out var generic))
        {
            problems.Add(new FormatProblem(string.Join(", ", folders), 1, 1, $"there is no format '{GenericName}', which takes the events that fit no other"));
            return null;
        }

        return new FormatCatalog([.. plans.Values], generic);
    }

    /// <summary>A format by its name, else null.</summary>
    public FormatPlan? Find(string name) => _plans.Find(plan => plan.Name == name);

    /// <summary>Recognises events among all formats, in the order of their names but for what they say of others.</summary>
    public FormatRecogniser Recogniser() => new(InOrder().Where(plan => plan != Generic), Generic);

    private static (FormatPlan? Plan, List<FormatProblem> Problems) ReadFile(string file, SigmaRuleSet? rules)
    {
        var problems = new List<FormatProblem>();
        var definition = FormatReader.Read(file, File.ReadAllText(file), problems);
        return (definition is null ? null : FormatCompiler.Compile(definition, problems, rules), problems);
    }

    /// <summary>By name, but a format that must come before others is moved in front of the first of them.</summary>
    private List<FormatPlan> InOrder()
    {
        List<FormatPlan> ordered = [.. _plans];
        foreach (var plan in _plans.Where(plan => plan.Before.Count > 0))
        {
            ordered.Remove(plan);
            var at = ordered.FindIndex(other => plan.Before.Contains(other.Name));
            ordered.Insert(at < 0 ? ordered.Count : at, plan);
        }

        return ordered;
    }
}
