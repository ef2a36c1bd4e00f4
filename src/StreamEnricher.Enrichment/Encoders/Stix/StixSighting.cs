namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>What a sighting says. Times are STIX timestamps.</summary>
internal readonly ref struct StixSighting
{
    /// <summary>Its id.</summary>
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>Id of what was seen.</summary>
    public required ReadOnlySpan<byte> Indicator { get; init; }

    /// <summary>Its created and modified.</summary>
    public required ReadOnlySpan<byte> Time { get; init; }

    /// <summary>When it was seen first.</summary>
    public required ReadOnlySpan<byte> First { get; init; }

    /// <summary>When it was seen last.</summary>
    public required ReadOnlySpan<byte> Last { get; init; }

    /// <summary>How often, at most 999,999,999.</summary>
    public required long Count { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Confidence { get; init; }
}
