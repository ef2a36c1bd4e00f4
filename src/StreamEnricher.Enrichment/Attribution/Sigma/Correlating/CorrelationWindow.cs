using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>The hits of one group of one correlation, in the order of event time. Used by one thread at a time.</summary>
/// <remarks>
/// A hit completes the correlation when some span of the correlation's length that holds it fulfils the condition, whatever order the hits came in. What a firing has
/// used is not used again; it is still known, so that an event that is read twice counts once.
/// </remarks>
internal sealed class CorrelationWindow(SigmaCorrelation correlation, UInt128 group)
{
    private readonly List<Entry> _hits = [];
    private long _newest = long.MinValue;

    /// <summary>The group's key.</summary>
    public UInt128 Group { get; } = group;

    /// <summary>Hits that are kept.</summary>
    public int Count => _hits.Count;

    /// <summary>Neighbours in the order of last use.</summary>
    public CorrelationWindow? Newer { get; set; }

    /// <inheritdoc cref="Newer" />
    public CorrelationWindow? Older { get; set; }

    /// <summary>Takes a hit; true when it completes the correlation. A hit that is known, or older than the newest by twice the timespan, changes nothing.</summary>
    /// <param name="hit">The hit.</param>
    /// <param name="values">Working memory.</param>
    public bool Add(in CorrelationHit hit, HashSet<ulong> values)
    {
        var span = correlation.Timespan.Ticks;
        _newest = Math.Max(_newest, hit.Time);
        Forget(_newest - (2 * span));
        if (hit.Time < _newest - (2 * span) || IsKnown(hit))
        {
            return false;
        }

        var place = _hits.Count;
        while (place > 0 && _hits[place - 1].Hit.Time > hit.Time)
        {
            place--;
        }

        _hits.Insert(place, new Entry(hit, false));
        return TryFire(place, span, values);
    }

    private void Forget(long before)
    {
        var old = 0;
        while (old < _hits.Count && _hits[old].Hit.Time < before)
        {
            old++;
        }

        _hits.RemoveRange(0, old);
    }

    /// <summary>An event counts once, for each rule where rules are what is counted.</summary>
    private bool IsKnown(in CorrelationHit hit)
    {
        var byRule = correlation.Type is CorrelationType.Temporal or CorrelationType.TemporalOrdered;
        for (var at = _hits.Count - 1; at >= 0; at--)
        {
            var known = _hits[at].Hit;
            if (known.Time < hit.Time)
            {
                return false;
            }

            if (known.Event == hit.Event && (!byRule || known.Member == hit.Member))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks at every longest span that holds the new hit; a shorter one cannot fulfil what a longer one does not.</summary>
    private bool TryFire(int place, long span, HashSet<ulong> values)
    {
        var time = _hits[place].Hit.Time;
        var first = place;
        while (first > 0 && _hits[first - 1].Hit.Time >= time - span)
        {
            first--;
        }

        for (var end = -1; first <= place; first++)
        {
            var last = Math.Max(place, end);
            while (last + 1 < _hits.Count && _hits[last + 1].Hit.Time <= _hits[first].Hit.Time + span)
            {
                last++;
            }

            if (last > end && Holds(first, last, values))
            {
                Use(first, last);
                return true;
            }

            end = last;
        }

        return false;
    }

    private bool Holds(int first, int last, HashSet<ulong> values)
    {
        if (last - first + 1 < correlation.Count)
        {
            return false;
        }

        values.Clear();
        var count = 0;
        for (var at = first; at <= last; at++)
        {
            var (hit, isUsed) = _hits[at];
            if (isUsed)
            {
                continue;
            }

            count += correlation.Type switch
            {
                CorrelationType.EventCount => 1,
                CorrelationType.ValueCount => values.Add(hit.Value) ? 1 : 0,
                CorrelationType.Temporal => values.Add((ulong)hit.Member) ? 1 : 0,
                _ => hit.Member == count ? 1 : 0,
            };
            if (count == correlation.Count)
            {
                return true;
            }
        }

        return false;
    }

    private void Use(int first, int last)
    {
        for (var at = first; at <= last; at++)
        {
            _hits[at] = _hits[at] with { IsUsed = true };
        }
    }

    private readonly record struct Entry(CorrelationHit Hit, bool IsUsed);
}
