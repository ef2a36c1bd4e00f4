using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Counts of one worker since they were last reported, so that the meter is called once a batch.</summary>
internal sealed class AttributionCounts
{
    private const string Matched = "matched";

    /// <summary>Declared ids that are techniques.</summary>
    public long Declared { get; set; }

    /// <summary>Declared ids that the catalogue lacks.</summary>
    public long DeclaredUnknown { get; set; }

    /// <summary>Evidence from tables and keywords.</summary>
    public long Table { get; set; }

    /// <summary>Sigma rules that matched.</summary>
    public long Sigma { get; set; }

    /// <summary>Correlations that fired.</summary>
    public long Correlated { get; set; }

    /// <summary>Hits that correlations had to forget for want of memory.</summary>
    public long CorrelationForgotten { get; set; }

    /// <summary>Evidence from the service.</summary>
    public long Service { get; set; }

    /// <summary>Indicators that the service gave no answer about.</summary>
    public long ServiceFailed { get; set; }

    /// <summary>Indicators whose answer was in the cache.</summary>
    public long CacheHits { get; set; }

    /// <summary>Indicators that the cache did not hold.</summary>
    public long CacheMisses { get; set; }

    /// <summary>Indicators whose answer in the cache was too old.</summary>
    public long CacheStale { get; set; }

    /// <summary>Events without the answer of a provider that could not be asked.</summary>
    public long Degraded { get; set; }

    /// <summary>Adds the counts to the meter and starts again from zero.</summary>
    public void Report(PipelineMetrics metrics)
    {
        Add(metrics, "declared", Matched, Declared);
        Add(metrics, "declared", "unknown", DeclaredUnknown);
        Add(metrics, "table", Matched, Table);
        Add(metrics, "sigma", Matched, Sigma);
        Add(metrics, "sigma", "correlated", Correlated);
        Add(metrics, "sigma", "forgotten", CorrelationForgotten);
        Add(metrics, "service", Matched, Service);
        Add(metrics, "service", "failed", ServiceFailed);
        AddCache(metrics, "hit", CacheHits);
        AddCache(metrics, "miss", CacheMisses);
        AddCache(metrics, "stale", CacheStale);
        if (Degraded > 0)
        {
            metrics.AttributionDegraded.Add(Degraded);
        }

        Declared = DeclaredUnknown = Table = Sigma = Correlated = CorrelationForgotten = Service = ServiceFailed = CacheHits = CacheMisses = CacheStale = Degraded = 0;
    }

    private static void Add(PipelineMetrics metrics, string provider, string outcome, long count)
    {
        if (count > 0)
        {
            metrics.Attributions.Add(count, new("provider", provider), new("outcome", outcome));
        }
    }

    private static void AddCache(PipelineMetrics metrics, string outcome, long count)
    {
        if (count > 0)
        {
            metrics.AttributionCache.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
