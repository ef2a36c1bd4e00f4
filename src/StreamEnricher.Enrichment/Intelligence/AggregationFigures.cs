namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>What the aggregator has done, for metrics: each only grows.</summary>
internal sealed class AggregationFigures
{
    /// <summary>Observations counted.</summary>
    public long Observed { get; set; }

    /// <summary>Observations that were counted before and came again.</summary>
    public long Replayed { get; set; }

    /// <summary>Observations behind the watermark, counted in a further part of their window.</summary>
    public long Late { get; set; }

    /// <summary>Observations of a producer whose clock is ahead, counted at their record's Kafka timestamp.</summary>
    public long ClockBounded { get; set; }

    /// <summary>Windows that were merged into a longer one under pressure.</summary>
    public long Merged { get; set; }

    /// <summary>Windows that were closed before their end under pressure.</summary>
    public long ClosedEarly { get; set; }

    /// <summary>Indicators that were forgotten under pressure; seen again they are new.</summary>
    public long Forgotten { get; set; }
}
