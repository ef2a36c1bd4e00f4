using StreamEnricher.Core.Batches;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>Where listeners look at what passes. Without one it costs a look at a field, once a batch. Thread-safe.</summary>
internal sealed class TapPoint
{
    /// <summary>Most listeners: each enriches what it sees a second time.</summary>
    public const int MostTaps = 4;

    private readonly Lock _gate = new();
    private volatile Tap[] _taps = [];

    /// <summary>Opens a tap; null when there are too many.</summary>
    public Tap? TryOpen()
    {
        lock (_gate)
        {
            if (_taps.Length >= MostTaps)
            {
                return null;
            }

            var tap = new Tap(this);
            _taps = [.. _taps, tap];
            return tap;
        }
    }

    /// <summary>Shows a batch to those who listen. The caller holds it.</summary>
    public void Offer(EventBatch batch)
    {
        foreach (var tap in _taps)
        {
            tap.Offer(batch);
        }
    }

    /// <summary>Closes a tap.</summary>
    internal void Remove(Tap tap)
    {
        lock (_gate)
        {
            _taps = [.. _taps.Where(one => one != tap)];
        }
    }
}
