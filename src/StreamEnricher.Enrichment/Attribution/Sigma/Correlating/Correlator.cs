using BitFaster.Caching.Lru;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>The state of correlations in this process: hits by group, in bounded memory. Thread-safe.</summary>
/// <remarks>
/// Time is that of the events, never the clock's. When there are too many hits, the groups that had none for longest are forgotten. What fired is remembered by
/// event, so that an event that is enriched again (by a sink that reads on its own, for the API) carries the same evidence.
/// </remarks>
internal sealed class Correlator
{
    /// <summary>Hits kept over all groups; 64 bytes each with what manages them.</summary>
    internal const int DefaultMostHits = 1 << 18;

    /// <summary>Firings remembered.</summary>
    private const int MostFired = 1 << 14;

    private const int Shards = 16;

    private readonly Shard[] _shards;
    private readonly ConcurrentLru<FiredKey, Finding> _fired = new(MostFired);

    /// <param name="acrossPartitions">Hits of all partitions that this process reads belong together; otherwise only those of one.</param>
    /// <param name="mostHits">Hits kept.</param>
    public Correlator(bool acrossPartitions = false, int mostHits = DefaultMostHits)
    {
        AcrossPartitions = acrossPartitions;
        _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard(Math.Max(1, mostHits / Shards)))];
    }

    /// <summary>Hits of all partitions belong together.</summary>
    public bool AcrossPartitions { get; }

    /// <summary>Hits that are kept now.</summary>
    public int Hits => _shards.Sum(shard => shard.Hits);

    /// <summary>What an event fired before, or null.</summary>
    public Finding? Fired(UInt128 eventId, SigmaCorrelation correlation) =>
        _fired.TryGet(new FiredKey(eventId, correlation), out var finding) ? finding : null;

    /// <summary>Remembers what an event fired.</summary>
    public void Remember(UInt128 eventId, SigmaCorrelation correlation, Finding finding) => _fired.AddOrUpdate(new FiredKey(eventId, correlation), finding);

    /// <summary>Takes a hit.</summary>
    /// <param name="correlation">What it is for.</param>
    /// <param name="group">Hash of correlation, partition and values of the group.</param>
    /// <param name="hit">The hit.</param>
    /// <param name="forgotten">Receives the number of hits that had to be forgotten for it.</param>
    /// <returns>True when it completes the correlation.</returns>
    public bool Add(SigmaCorrelation correlation, UInt128 group, in CorrelationHit hit, out int forgotten)
    {
        var shard = _shards[(int)(group & (Shards - 1))];
        lock (shard)
        {
            return shard.Add(correlation, group, hit, out forgotten);
        }
    }

    private readonly record struct FiredKey(UInt128 Event, SigmaCorrelation Correlation)
    {
        public bool Equals(FiredKey other) => Event == other.Event && ReferenceEquals(Correlation, other.Correlation);

        public override int GetHashCode() => Event.GetHashCode();
    }

    /// <summary>A part of the groups, with a lock of its own.</summary>
    private sealed class Shard(int mostHits)
    {
        private readonly Dictionary<UInt128, CorrelationWindow> _windows = [];
        private readonly HashSet<ulong> _values = [];
        private CorrelationWindow? _newest;
        private CorrelationWindow? _oldest;

        public int Hits { get; private set; }

        public bool Add(SigmaCorrelation correlation, UInt128 group, in CorrelationHit hit, out int forgotten)
        {
            if (_windows.TryGetValue(group, out var window))
            {
                Unlink(window);
            }
            else
            {
                _windows.Add(group, window = new CorrelationWindow(correlation, group));
            }

            Link(window);
            var before = window.Count;
            var fires = window.Add(hit, _values);
            Hits += window.Count - before;
            forgotten = 0;
            while (Hits > mostHits && _oldest is { } oldest && !ReferenceEquals(oldest, window))
            {
                Unlink(oldest);
                _windows.Remove(oldest.Group);
                Hits -= oldest.Count;
                forgotten += oldest.Count;
            }

            return fires;
        }

        private void Link(CorrelationWindow window)
        {
            window.Older = _newest;
            window.Newer = null;
            if (_newest is not null)
            {
                _newest.Newer = window;
            }

            _newest = window;
            _oldest ??= window;
        }

        private void Unlink(CorrelationWindow window)
        {
            if (window.Newer is null)
            {
                _newest = window.Older;
            }
            else
            {
                window.Newer.Older = window.Older;
            }

            if (window.Older is null)
            {
                _oldest = window.Newer;
            }
            else
            {
                window.Older.Newer = window.Newer;
            }
        }
    }
}
