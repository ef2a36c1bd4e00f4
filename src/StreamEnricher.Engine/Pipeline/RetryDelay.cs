namespace StreamEnricher.Engine.Pipeline;

/// <summary>Waits after faults that nobody foresaw: doubling from one second to thirty. What sinks foresee they retry themselves.</summary>
internal static class RetryDelay
{
    private const int MaxSeconds = 30;

    /// <summary>The wait after so many faults in a row.</summary>
    public static TimeSpan After(int faults) => TimeSpan.FromSeconds(faults > 5 ? MaxSeconds : Math.Min(MaxSeconds, 1 << Math.Max(0, faults - 1)));
}
