namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>An object that is the same for every event that needs it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Json">The whole object, on one line.</param>
internal sealed record StixObject(byte[] Id, byte[] Json);
