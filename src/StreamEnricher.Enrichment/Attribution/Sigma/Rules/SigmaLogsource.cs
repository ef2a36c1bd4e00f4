using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>The events that a rule is for; null for what it leaves open.</summary>
/// <param name="Product">Such as windows.</param>
/// <param name="Category">Such as process_creation.</param>
/// <param name="Service">Such as sysmon.</param>
internal sealed record SigmaLogsource(string? Product, string? Category, string? Service)
{
    /// <summary>Whether events of a product, some of which are of the categories and services of routes, can be what the rule is for.</summary>
    public bool MayBeOf(string? product, IReadOnlyList<SigmaRoute> routes) =>
        (Product is null || Product == product)
        && (Category is null || routes.Any(route => route.Category == Category))
        && (Service is null || routes.Any(route => route.Service == Service));

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(", ", new[] { ("product", Product), ("category", Category), ("service", Service) }.Where(part => part.Item2 is not null).Select(part => $"{part.Item1} {part.Item2}"));
}
