using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Testing.Enrichment;

/// <summary>The product's own data, read from the checkout once.</summary>
internal static class Shipped
{
    /// <summary>The data folder.</summary>
    public static ShippedData Data { get; } = new(Repository.PathOf("data"));

    /// <summary>ATT&amp;CK 19.</summary>
    public static AttackCatalogue Catalogue { get; } = Data.LoadCatalogue("19");
}
