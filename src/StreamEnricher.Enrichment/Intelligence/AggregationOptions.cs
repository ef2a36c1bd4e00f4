namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>How observations become windows.</summary>
internal sealed record AggregationOptions
{
    /// <summary>A window never grows longer than this under pressure.</summary>
    public static readonly TimeSpan LongestWindow = TimeSpan.FromHours(24);

    /// <summary>Length of a window in event time, aligned to 1970-01-01 UTC. Default 1 h.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far behind the latest event of its partition an event may be and still count in its window. Default 5 min.</summary>
    public TimeSpan Lateness { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A partition that brings no observation for so long is idle: its windows close by the clock. Default 10 min.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far ahead of its record's Kafka timestamp an event may be; beyond, its time is the record's. Default 1 min.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Most bytes of known indicators and open windows. Default 64 MiB.</summary>
    public long MaxBytes { get; init; } = 64L << 20;
}
