namespace StreamEnricher.Delivery.Retry;

/// <summary>How long to wait before the next attempt: exponential with full jitter and a cap; what the server asked for is the least.</summary>
/// <remarks>Full jitter: a random part of the exponential delay, so that many processes do not come back at once.</remarks>
public sealed class Backoff
{
    /// <summary>Upper bound of the first wait.</summary>
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);

    /// <summary>Upper bound of any wait that the server did not ask for.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    /// <summary>Upper bound of what a server may ask for: a proxy that says "next year" must not stop a sink for so long.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly Random _random;

    /// <param name="time">Clock that the wait is of.</param>
    /// <param name="random">Source of the jitter.</param>
    public Backoff(TimeProvider time, Random random)
    {
        _time = time;
        _random = random;
    }

    /// <summary>The wait before attempt <paramref name="attempt"/> + 1.</summary>
    /// <param name="attempt">Attempts so far, from 1.</param>
    /// <param name="retryAfter">What the server asked for.</param>
    public TimeSpan Next(int attempt, TimeSpan? retryAfter = null)
    {
        var exponential = Math.Min(Cap.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 16)));
        var wait = TimeSpan.FromMilliseconds(exponential * _random.NextDouble());
        return retryAfter is { } asked && asked > wait ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestAsked.Ticks)) : wait;
    }

    /// <summary>Waits so long.</summary>
    public Task WaitAsync(int attempt, TimeSpan? retryAfter, CancellationToken cancellation) => Task.Delay(Next(attempt, retryAfter), _time, cancellation);
}
