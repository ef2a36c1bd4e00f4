namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>What an indicator says beside its techniques. Times are STIX timestamps.</summary>
internal readonly ref struct StixIndicator
{
    /// <summary>Its id.</summary>
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>What the value is.</summary>
    public required StixKind Kind { get; init; }

    /// <summary>The value in its canonical spelling.</summary>
    public required ReadOnlySpan<byte> Value { get; init; }

    /// <summary>The pattern of the value.</summary>
    public required ReadOnlySpan<byte> Pattern { get; init; }

    /// <summary>When it was made; it is valid from then on.</summary>
    public required ReadOnlySpan<byte> Created { get; init; }

    /// <summary>When this version was made.</summary>
    public required ReadOnlySpan<byte> Modified { get; init; }

    /// <summary>Until when it is valid; empty for good.</summary>
    public required ReadOnlySpan<byte> ValidUntil { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Severity { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Confidence { get; init; }
}
