namespace StreamEnricher.Kafka.Clients;

/// <summary>Exponential waits with full jitter between tries at the same thing.</summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan limit)
{
    private int _tries;

    /// <summary>The upper bound of the next wait.</summary>
    public TimeSpan Ceiling => TimeSpan.FromTicks((long)Math.Min(limit.Ticks, first.Ticks * Math.Pow(2, _tries)));

    /// <summary>Waits between nothing and <see cref="Ceiling"/>; the next wait may be twice as long.</summary>
    public Task WaitAsync(CancellationToken cancellation)
    {
        var wait = Ceiling * Random.Shared.NextDouble();
        _tries++;
        return Task.Delay(wait, time, cancellation);
    }
}
