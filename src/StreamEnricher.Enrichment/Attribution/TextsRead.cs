namespace StreamEnricher.Enrichment.Attribution;

/// <summary>The texts of an event that a provider's findings follow from, and nothing else.</summary>
/// <param name="Slots">Slots of the format's plan.</param>
/// <param name="Tags">Also the tags of the event's related indicators.</param>
internal sealed record TextsRead(int[] Slots, bool Tags = false)
{
    /// <summary>Slots with which also the producer's own confidence in hundredths matters, where they hold something.</summary>
    public int[] WithConfidence { get; init; } = [];
}
