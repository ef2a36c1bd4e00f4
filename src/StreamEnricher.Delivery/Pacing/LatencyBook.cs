using System.Numerics;

namespace StreamEnricher.Delivery.Pacing;

/// <summary>What is usual of a server's answers, kept apart for requests of each order of magnitude: eight megabytes take longer than eight kilobytes. One thread at a time.</summary>
internal sealed class LatencyBook
{
    /// <summary>What is slow: more than so many times the usual.</summary>
    private const double SlowFactor = 2;

    /// <summary>Differences below this are noise of the machine.</summary>
    private const double NoiseMilliseconds = 20;

    private const double RecentShare = 0.3;
    private const double UsualShare = 0.05;

    private readonly (double Usual, double Recent)[] _bySize = new (double, double)[33];

    /// <summary>Notes a latency; true when answers to requests of this size have lately become slow. A server that stays slow is usual after some twenty of them.</summary>
    public bool IsSlow(int bytes, TimeSpan latency)
    {
        ref var book = ref _bySize[BitOperations.Log2((uint)Math.Max(1, bytes))];
        var milliseconds = Math.Max(latency.TotalMilliseconds, 0.01);
        if (book.Usual == 0)
        {
            book = (milliseconds, milliseconds);
            return false;
        }

        book.Recent += RecentShare * (milliseconds - book.Recent);
        book.Usual += UsualShare * (milliseconds - book.Usual);
        return book.Recent > (SlowFactor * book.Usual) + NoiseMilliseconds;
    }
}
