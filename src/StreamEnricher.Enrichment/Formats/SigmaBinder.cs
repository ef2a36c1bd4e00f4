using StreamEnricher.Enrichment.Attribution.Sigma;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Gives the fields that Sigma rules read of a format's events their slots.</summary>
internal static class SigmaBinder
{
    /// <summary>Binds a format.</summary>
    /// <param name="mapping">Its <c>sigma</c> block.</param>
    /// <param name="rules">The pipeline's rules.</param>
    /// <param name="slots">Receives the fields of the rules that may apply.</param>
    public static SigmaBinding Bind(SigmaMapping mapping, SigmaRuleSet rules, SlotTable slots)
    {
        var applicable = rules.Rules.Where(rule => rule.Logsource.MayBeOf(mapping.Product, mapping.Routes)).ToList();
        return new SigmaBinding
        {
            Product = mapping.Product,
            Routes = [.. mapping.Routes.Select(route => BindRoute(route, mapping, rules, applicable, slots))],
            Fields = Names(rules, applicable).ToDictionary(name => name, name => SlotsOf(PathsOf(name, mapping), slots), StringComparer.Ordinal),
        };
    }

    private static BoundRoute BindRoute(SigmaRoute route, SigmaMapping mapping, SigmaRuleSet rules, IEnumerable<SigmaRule> applicable, SlotTable slots)
    {
        var own = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var routed = applicable.Where(rule =>
            (route.Category ?? rule.Logsource.Category) == rule.Logsource.Category && (route.Service ?? rule.Logsource.Service) == rule.Logsource.Service);
        foreach (var name in Names(rules, routed))
        {
            if (route.Fields.ContainsKey(name) || route.Below.Count > 0)
            {
                var paths = route.Fields.TryGetValue(name, out var stated) ? stated : PathsOf(name, mapping);
                own.Add(name, SlotsOf([.. paths, .. route.Below.Select(below => $"{below}.{name}")], slots));
            }
        }

        return new BoundRoute(route, [.. (route.When?.Fields ?? []).Select(name => SlotsOf(PathsOf(name, mapping), slots))], own);
    }

    private static IEnumerable<string> Names(SigmaRuleSet rules, IEnumerable<SigmaRule> applicable) =>
        applicable.SelectMany(rules.FieldsOf).Distinct(StringComparer.Ordinal);

    private static IReadOnlyList<string> PathsOf(string name, SigmaMapping mapping) => mapping.Fields.TryGetValue(name, out var paths) ? paths : [name];

    private static int[] SlotsOf(IReadOnlyList<string> paths, SlotTable slots) => [.. paths.Select(slots.SlotOf).Distinct()];
}
