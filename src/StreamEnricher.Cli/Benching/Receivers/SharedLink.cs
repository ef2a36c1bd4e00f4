namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>A link that lets so many bytes a second through, one request after another. Thread-safe.</summary>
/// <param name="bytesPerSecond">Null for no limit.</param>
internal sealed class SharedLink(double? bytesPerSecond)
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private long _free;

    /// <summary>Waits until the bytes would have come through.</summary>
    public void Pass(int bytes, CancellationToken stop)
    {
        if (bytesPerSecond is not { } rate)
        {
            return;
        }

        TimeSpan wait;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            _free = Math.Max(_free, now) + (long)(bytes / rate * _time.TimestampFrequency);
            wait = _time.GetElapsedTime(now, _free);
        }

        stop.WaitHandle.WaitOne(wait);
    }
}
