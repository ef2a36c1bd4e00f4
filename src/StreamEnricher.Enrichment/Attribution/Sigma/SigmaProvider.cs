using System.Collections.Concurrent;
using System.Text;
using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Attribution.Sigma.Matching;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>Evidence from Sigma rules: on the event alone, and from correlations of their hits. Rules of one log source are compiled together, each when the first format asks for them.</summary>
internal sealed class SigmaProvider : AttributionProvider
{
    private readonly AttackCatalogue _catalogue;
    private readonly Correlator? _correlator;
    private readonly (SigmaLogsource Logsource, Lazy<RuleGroup> Group)[] _groups;
    private readonly ConcurrentDictionary<SigmaBinding, BoundSigma?> _bound = new(ReferenceEqualityComparer.Instance);
    private readonly Func<SigmaBinding, BoundSigma?> _bind;

    /// <param name="rules">The rules.</param>
    /// <param name="catalogue">Release that their techniques are looked up in.</param>
    /// <param name="acrossPartitions">Correlations look at the events of all partitions that this process reads together.</param>
    public SigmaProvider(SigmaRuleSet rules, AttackCatalogue catalogue, bool acrossPartitions = false)
    {
        _catalogue = catalogue;
        _correlator = rules.Correlations is null ? null : new Correlator(acrossPartitions);
        _bind = Bind;
        _groups = [.. rules.Rules
            .GroupBy(rule => rule.Logsource)
            .Select(group => (group.Key, new Lazy<RuleGroup>(() => RuleGroup.Compile(group.Key, [.. group], rules, TechniquesOf))))];
    }

    /// <inheritdoc />
    public override string Name => "sigma";

    /// <inheritdoc />
    public override BoundProvider? Bind(AttributionSpec spec) => spec.Sigma is { } binding ? _bound.GetOrAdd(binding, _bind) : null;

    private BoundSigma? Bind(SigmaBinding binding)
    {
        var routes = binding.Routes.Select(route => route.Route).ToList();
        var groups = _groups.Where(group => group.Logsource.MayBeOf(binding.Product, routes)).AsParallel().AsOrdered().Select(group => group.Group.Value).ToList();
        return groups.Count == 0 ? null : new BoundSigma(binding, groups, _correlator);
    }

    /// <summary>Live techniques of a rule, revoked ones as what they became; those that the release lacks are left out.</summary>
    private IReadOnlyList<string> TechniquesOf(SigmaDocument rule) =>
        [.. rule.Techniques.Select(id => _catalogue.Resolve(Encoding.ASCII.GetBytes(id))).OfType<string>().Distinct(StringComparer.Ordinal)];
}
