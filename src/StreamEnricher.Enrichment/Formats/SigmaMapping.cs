using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Which Sigma rules may apply to a format's events, and how their field names are found (the format's <c>sigma</c> block).</summary>
internal sealed record SigmaMapping
{
    /// <summary>Product of all its events, such as windows.</summary>
    public string? Product { get; init; }

    /// <summary>Categories and services that its events belong to, when a condition holds or always.</summary>
    public IReadOnlyList<SigmaRoute> Routes { get; init; } = [];

    /// <summary>Source paths by Sigma field name, the first that is there counts. A name that is not listed is a path itself.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>A category or service of some of a format's events.</summary>
/// <param name="Category">Such as process_creation, or null.</param>
/// <param name="Service">Such as sysmon, or null.</param>
/// <param name="When">Which events; null for all.</param>
/// <param name="Fields">Source paths by Sigma field name that hold for these events instead.</param>
/// <param name="Below">Paths that these events have fields below, besides those of the format.</param>
internal sealed record SigmaRoute(
    string? Category, string? Service, Condition? When, IReadOnlyDictionary<string, IReadOnlyList<string>> Fields, IReadOnlyList<string> Below);
