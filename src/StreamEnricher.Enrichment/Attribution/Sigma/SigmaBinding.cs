using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>A format's <c>sigma</c> block with its fields resolved to slots. One a format; compared by reference.</summary>
internal sealed class SigmaBinding
{
    /// <summary>Product of all events of the format.</summary>
    public required string? Product { get; init; }

    /// <summary>Categories and services, in the format's order.</summary>
    public required IReadOnlyList<BoundRoute> Routes { get; init; }

    /// <summary>Slots of each field that a rule for the product reads, in the order of preference.</summary>
    public required IReadOnlyDictionary<string, int[]> Fields { get; init; }
}

/// <summary>A category or service of some events.</summary>
/// <param name="Route">As the format states it.</param>
/// <param name="Slots">Slots of each field of its condition, in the order of preference.</param>
/// <param name="Fields">Slots of the fields that are found elsewhere in these events.</param>
internal sealed record BoundRoute(SigmaRoute Route, int[][] Slots, IReadOnlyDictionary<string, int[]> Fields)
{
    /// <summary>Its condition; null: it holds always.</summary>
    public Condition? When => Route.When;
}
