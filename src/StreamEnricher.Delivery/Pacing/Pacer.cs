namespace StreamEnricher.Delivery.Pacing;

/// <summary>Spreads what is sent over time, so that the average over any longer time stays at the limit. What was not used is not saved up. Thread-safe.</summary>
internal sealed class Pacer(RateLimit limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _begun;
    private TimeSpan _taken;

    /// <summary>Waits for the turn of so much.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the turn is lost.</exception>
    public async ValueTask WaitAsync(int events, long bytes, CancellationToken cancellation)
    {
        var wait = Take(TimeSpan.FromSeconds((limit.IsBytes ? bytes : events) / limit.PerSecond));
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a share of the time to come; returns when it begins.</summary>
    private TimeSpan Take(TimeSpan share)
    {
        lock (_gate)
        {
            var passed = _begun == 0 ? TimeSpan.Zero : time.GetElapsedTime(_begun);
            if (_begun == 0 || passed >= _taken)
            {
                (_begun, _taken, passed) = (time.GetTimestamp(), TimeSpan.Zero, TimeSpan.Zero);
            }

            var wait = _taken - passed;
            _taken += share;
            return wait;
        }
    }
}
