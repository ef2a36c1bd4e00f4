namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>How the attribution service is asked.</summary>
internal sealed record ServiceOptions
{
    /// <summary>Address; <c>map_patterns</c> is appended to its path.</summary>
    public required Uri Url { get; init; }

    /// <summary>Time for one request. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of events when the service cannot be asked. Default: go on without it.</summary>
    public ServiceFailureMode OnFailure { get; init; } = ServiceFailureMode.Degrade;

    /// <summary>Most indicators of one request. Default 256.</summary>
    public int BatchIndicators { get; init; } = 256;

    /// <summary>How long the first indicator of a request waits for more. Default 5 ms.</summary>
    public TimeSpan BatchLinger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Requests at the same time. Default 8.</summary>
    public int MaxConcurrency { get; init; } = 8;

    /// <summary>Answers kept, at least 3. Default 200,000.</summary>
    public int CacheEntries { get; init; } = 200_000;

    /// <summary>How long an answer with techniques or groups counts. Default 10 min.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the answer that there is nothing counts. Default 1 min.</summary>
    public TimeSpan NegativeTimeToLive { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What becomes of events when the service cannot be asked.</summary>
internal enum ServiceFailureMode
{
    /// <summary>They go on with what the other providers found, marked as degraded.</summary>
    Degrade,

    /// <summary>They wait until the service answers.</summary>
    Hold,
}
