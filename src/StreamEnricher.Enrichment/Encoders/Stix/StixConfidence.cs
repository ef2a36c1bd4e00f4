namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Confidence as STIX has it: an integer from 0 to 100.</summary>
internal static class StixConfidence
{
    /// <summary>Below it, what was seen is only unusual: indicator type anomalous-activity.</summary>
    public const int Malicious = 30;

    /// <summary>
    /// The highest confidence without a technique, the top of the band that consumers call medium (30 to 69): a severity says how bad something is, not how
    /// certain, so alone it never makes a high confidence.
    /// </summary>
    private const int HighestFromSeverity = 69;

    /// <summary>A confidence from 0 to 1; halves are rounded up. (0.575 times 100 is 57.49…: the product's own error goes first.)</summary>
    public static int Of(double confidence) => (int)Math.Round(Math.Round(Math.Clamp(confidence, 0, 1) * 100, 6), MidpointRounding.AwayFromZero);

    /// <summary>Of an event: that of its attribution, or its severity (0 to 100, at most 69) when it has no technique.</summary>
    public static int Of(Core.Attribution.Attribution attribution, int severity) =>
        attribution.Techniques.Count > 0 ? Of(attribution.ConfidenceScore) : Math.Clamp(severity, 0, HighestFromSeverity);
}
