using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A source of evidence. Thread-safe.</summary>
internal abstract class AttributionProvider
{
    /// <summary>Name in evidence and metrics: declared, table, sigma or service.</summary>
    public abstract string Name { get; }

    /// <summary>Prepares the provider for a format.</summary>
    /// <returns>Null when the format gives it nothing to read.</returns>
    public abstract BoundProvider? Bind(AttributionSpec spec);
}

/// <summary>A provider prepared for one format. Thread-safe; all that belongs to an event is in the scratch.</summary>
internal abstract class BoundProvider
{
    /// <summary>What its findings follow from, if nothing but texts of the event decides; null when more does.</summary>
    public virtual TextsRead? Reads => null;

    /// <summary>Adds what the provider knows of an event to the scratch. Allocates only for what it has not seen before.</summary>
    public abstract void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch);
}
