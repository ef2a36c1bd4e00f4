namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Finds the rules that correlations name, and what each rule's hit is worth to them.</summary>
internal sealed class CorrelationLinker
{
    private readonly Dictionary<string, SigmaDocument> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, SigmaDocument> _byName;
    private readonly List<RuleProblem> _problems;
    private readonly Dictionary<SigmaCorrelation, IReadOnlyList<SigmaDocument>?> _members = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SigmaDocument, List<RuleUse>> _uses = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<SigmaDocument> _silent = new(ReferenceEqualityComparer.Instance);
    private readonly List<SigmaCorrelation> _linked = [];

    /// <param name="documents">All documents, each id once, whatever their level.</param>
    /// <param name="wanted">Of these the correlations that are to be used.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public CorrelationLinker(IReadOnlyCollection<SigmaDocument> documents, IReadOnlyCollection<SigmaCorrelation> wanted, List<RuleProblem> problems)
    {
        _problems = problems;
        foreach (var document in documents)
        {
            _byId.Add(document.Id, document);
        }

        _byName = documents.Where(document => document.Name is not null).ToLookup(document => document.Name!, StringComparer.OrdinalIgnoreCase);
        var usable = wanted.Where(correlation => Members(correlation, []) is not null).ToList();
        foreach (var correlation in usable)
        {
            Visit(correlation, correlation.Generate);
        }

        foreach (var correlation in usable)
        {
            AddUses(correlation, []);
        }

        // What one correlation hides another one may show.
        foreach (var correlation in usable.Where(correlation => correlation.Generate))
        {
            _silent.ExceptWith(Members(correlation, [])!);
        }

        LeftOut = wanted.Count - usable.Count;
    }

    /// <summary>Correlations that are evaluated: the wanted ones and those that they name; before those that name them.</summary>
    public IReadOnlyList<SigmaCorrelation> Correlations => _linked;

    /// <summary>Number of wanted correlations that cannot be used.</summary>
    public int LeftOut { get; }

    /// <summary>What a rule's hit is worth to correlations; empty: nothing.</summary>
    public IReadOnlyList<RuleUse> UsesOf(SigmaDocument rule) => _uses.TryGetValue(rule, out var uses) ? uses : [];

    /// <summary>The document only serves correlations: it makes no evidence of its own.</summary>
    public bool IsSilent(SigmaDocument document) => _silent.Contains(document);

    /// <summary>Rules and correlations that a usable correlation names.</summary>
    public IReadOnlyList<SigmaDocument> MembersOf(SigmaCorrelation correlation) => _members[correlation]!;

    private void Visit(SigmaCorrelation correlation, bool generate)
    {
        foreach (var member in Members(correlation, [])!)
        {
            if (!generate)
            {
                _silent.Add(member);
            }

            if (member is SigmaCorrelation inner)
            {
                Visit(inner, inner.Generate);
            }
        }

        if (!_linked.Contains(correlation))
        {
            _linked.Add(correlation);
        }
    }

    /// <summary>Adds what each rule below a correlation does for it; <paramref name="outer"/> are the correlations above it, the nearest last.</summary>
    private void AddUses(SigmaCorrelation correlation, IReadOnlyList<(SigmaCorrelation Correlation, int Member)> outer)
    {
        var members = MembersOf(correlation);
        for (var index = 0; index < members.Count; index++)
        {
            IReadOnlyList<(SigmaCorrelation, int)> chain = [.. outer, (correlation, index)];
            if (members[index] is SigmaCorrelation inner)
            {
                AddUses(inner, chain);
            }
            else
            {
                AddUse(members[index], chain);
            }
        }
    }

    private void AddUse(SigmaDocument rule, IReadOnlyList<(SigmaCorrelation Correlation, int Member)> chain)
    {
        if (!_uses.TryGetValue(rule, out var uses))
        {
            _uses.Add(rule, uses = []);
        }

        // The chain runs from the outermost correlation to the one that names the rule itself. A correlation below several others counts a hit once.
        List<RuleUse> level = uses;
        for (var at = chain.Count - 1; at >= 0; at--)
        {
            var (correlation, member) = chain[at];
            var use = level.Find(known => ReferenceEquals(known.Correlation, correlation) && known.Member == member);
            if (use is null)
            {
                var named = MembersOf(correlation)[member];
                use = new RuleUse(
                    correlation, member, [.. correlation.GroupBy.Select(name => FieldOf(correlation, name, named, rule))],
                    [.. correlation.Values.Select(name => FieldOf(correlation, name, named, rule))], []);
                level.Add(use);
            }

            level = use.Outer;
        }
    }

    /// <summary>An alias names a field for each rule; the rule may be meant by the name of the correlation that it stands below.</summary>
    private static string FieldOf(SigmaCorrelation correlation, string name, SigmaDocument named, SigmaDocument rule)
    {
        if (!correlation.Aliases.TryGetValue(name, out var fields))
        {
            return name;
        }

        foreach (var key in (ReadOnlySpan<string?>)[named.Name, named.Id, rule.Name, rule.Id])
        {
            if (key is not null && fields.TryGetValue(key, out var field))
            {
                return field;
            }
        }

        return name;
    }

    /// <summary>The documents that a correlation names; null when one cannot be used.</summary>
    private IReadOnlyList<SigmaDocument>? Members(SigmaCorrelation correlation, HashSet<SigmaDocument> above)
    {
        if (_members.TryGetValue(correlation, out var known))
        {
            return known;
        }

        if (!above.Add(correlation))
        {
            Problem(correlation, correlation.Rules[0], "the correlation is among the rules that it names");
            return null;
        }

        var members = new List<SigmaDocument>();
        var isUsable = true;
        foreach (var reference in correlation.Rules)
        {
            if (Find(reference.Name, correlation) is not { } member)
            {
                Problem(correlation, reference, $"no rule has the id or name '{reference.Name}', or it cannot be used itself");
                isUsable = false;
            }
            else
            {
                isUsable &= member is not SigmaCorrelation inner || Members(inner, above) is not null;
                members.Add(member);
            }
        }

        above.Remove(correlation);
        return _members[correlation] = isUsable ? members : null;
    }

    /// <summary>By id, else by name: of several with one name the one in the same file.</summary>
    private SigmaDocument? Find(string name, SigmaCorrelation correlation)
    {
        if (_byId.TryGetValue(name, out var document))
        {
            return document;
        }

        var named = _byName[name].ToList();
        return named.Count == 1 ? named[0] : named.Find(other => other.File == correlation.File);
    }

    private void Problem(SigmaCorrelation correlation, RuleReference at, string message) =>
        _problems.Add(new RuleProblem(correlation.File, at.Line, at.Column, message));
}

/// <summary>What a rule's hit is worth to a correlation.</summary>
/// <param name="Correlation">The correlation.</param>
/// <param name="Member">Place among the rules that it names.</param>
/// <param name="GroupBy">The rule's fields whose values tell groups apart.</param>
/// <param name="Values">The rule's fields whose values are counted.</param>
/// <param name="Outer">What it is worth, when it completes the correlation, to others.</param>
internal sealed record RuleUse(SigmaCorrelation Correlation, int Member, IReadOnlyList<string> GroupBy, IReadOnlyList<string> Values, List<RuleUse> Outer)
{
    /// <summary>All fields that are read, here and further out.</summary>
    public IEnumerable<string> Fields => GroupBy.Concat(Values).Concat(Outer.SelectMany(use => use.Fields));
}
