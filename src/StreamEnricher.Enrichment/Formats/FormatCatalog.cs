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
    /// <param name="recognises">
    /// Events are recognised among these formats: the scan of each also finds what the others are recognised by, so that an event of the expected format is scanned once.
    /// </param>
    /// <returns>Null when there were problems.</returns>
    public static FormatCatalog? Load(
        IEnumerable<string> folders, List<FormatProblem> problems, SigmaRuleSet? rules = null, Func<string, bool>? wants = null, bool recognises = false)
    {
        var before = problems.Count;
        var files = new List<string>();
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                problems.Add(new FormatProblem(folder, 1, 1, "the folder of formats does not exist"));
                continue;
            }

            files.AddRange(Directory.GetFiles(folder, "*.yaml").Where(file => wants?.Invoke(file) != false).Order(StringComparer.Ordinal));
        }

        var definitions = InParallel(files, Read, problems);
        var watched = recognises ? FormatRecogniser.FieldsOf(definitions) : null;
        var plans = new SortedDictionary<string, FormatPlan>(StringComparer.Ordinal);
        foreach (var plan in InParallel(definitions, (definition, found) => FormatCompiler.Compile(definition, found, rules, watched), problems))
        {
            plans[plan.Name] = plan;
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

    private static FormatDefinition? Read(string file, List<FormatProblem> problems) => FormatReader.Read(file, File.ReadAllText(file), problems);

    /// <summary>What comes of each item, in their order, without those of which nothing came.</summary>
    private static List<TResult> InParallel<TItem, TResult>(List<TItem> items, Func<TItem, List<FormatProblem>, TResult?> make, List<FormatProblem> problems)
        where TResult : class
    {
        var results = new List<TResult>();
        foreach (var (result, found) in items.AsParallel().AsOrdered().Select(item => Noting(item, make)).ToList())
        {
            problems.AddRange(found);
            if (result is not null)
            {
                results.Add(result);
            }
        }

        return results;
    }

    private static (TResult? Result, List<FormatProblem> Problems) Noting<TItem, TResult>(TItem item, Func<TItem, List<FormatProblem>, TResult?> make)
        where TResult : class
    {
        var problems = new List<FormatProblem>();
        return (make(item, problems), problems);
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
