namespace StreamEnricher.Delivery.Taxii;

/// <summary>A collection that was found, and takes objects.</summary>
/// <param name="ApiRoot">URL of its API root, with the final slash.</param>
/// <param name="Url">Its own URL, with the final slash.</param>
/// <param name="CanRead">What it holds may be looked up.</param>
/// <param name="MaxContentLength">Largest request of the API root; null when it does not say.</param>
internal sealed record TaxiiCollection(Uri ApiRoot, Uri Url, bool CanRead, int? MaxContentLength)
{
    /// <summary>Where objects are posted to.</summary>
    public Uri Objects { get; } = new(Url, "objects/");

    /// <summary>Where what it holds is listed.</summary>
    public Uri Manifest { get; } = new(Url, "manifest/");

    /// <summary>Where the status of a request is asked for.</summary>
    public Uri Status(string id) => new(ApiRoot, $"status/{Uri.EscapeDataString(id)}/");
}
