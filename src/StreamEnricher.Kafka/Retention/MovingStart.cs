namespace StreamEnricher.Kafka.Retention;

/// <summary>How long the records of a partition have until they are deleted by size, from how its first offset has moved. Pure: time is told to it.</summary>
/// <remarks>
/// How many bytes lie behind an offset Kafka tells only to administrators of brokers. But what was deleted shows how fast: the first offset moves by a segment at a
/// time. Until it has moved nothing is known.
/// </remarks>
internal sealed class MovingStart
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly Queue<(DateTimeOffset Time, long Low)> _seen = new();
    private long _last = -1;
    private long _jump;

    /// <summary>Records deleted a second, over the last hour; 0 when nothing was.</summary>
    public double Rate { get; private set; }

    /// <summary>Notes where the partition begins now.</summary>
    public void See(DateTimeOffset now, long low)
    {
        if (low < _last)
        {
            // The topic was made anew.
            _seen.Clear();
            _jump = 0;
            _last = -1;
        }

        _jump = _last < 0 ? 0 : Math.Max(_jump, low - _last);
        _last = low;
        _seen.Enqueue((now, low));
        while (now - _seen.Peek().Time > Window)
        {
            _seen.Dequeue();
        }

        var (time, first) = _seen.Peek();
        Rate = now > time ? (low - first) / (now - time).TotalSeconds : 0;
    }

    /// <summary>Below this records are about to be deleted: by the next deletion, or within five minutes, at most half of what the partition holds. Null when nothing is known.</summary>
    /// <param name="high">The end of the partition.</param>
    public long? ExpiresBelow(long high) => Rate > 0 ? Math.Min(_last + _jump + (long)(Rate * Margin.TotalSeconds), _last + ((high - _last) / 2)) : null;

    /// <summary>How long the record at an offset has; null when nothing is known.</summary>
    public TimeSpan? Left(long offset) => Rate > 0 ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, offset - _last - _jump) / Rate, TimeSpan.FromDays(365).TotalSeconds)) : null;

    /// <summary>So little is left that somebody should know.</summary>
    public static bool IsShort(TimeSpan left) => left < Margin * 4;
}
