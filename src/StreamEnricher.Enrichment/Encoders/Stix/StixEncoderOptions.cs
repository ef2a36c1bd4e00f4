namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Who makes the objects, and who may see them.</summary>
internal sealed record StixEncoderOptions
{
    /// <summary>Name of the producer's identity. Default StreamEnricher. Another name is another identity, and its objects are other objects.</summary>
    public string ProducerName { get; init; } = "StreamEnricher";

    /// <summary>TLP level of indicators, relationships and sightings: clear, green, amber, amber+strict or red. Default amber.</summary>
    public string Marking { get; init; } = "amber";
}
