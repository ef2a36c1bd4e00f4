using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// The contiguous prefix of settled ranges of one partition and one sink. Ranges are begun in the order of their offsets and settled in any. Not thread-safe: the
/// ledger locks.
/// </summary>
internal sealed class SettledPrefix(long start)
{
    private readonly Queue<OpenRange> _open = new();

    /// <summary>Everything below is settled; nothing is known of this offset.</summary>
    public long Next { get; private set; } = start;

    /// <summary>Ranges begun and not yet part of the prefix.</summary>
    public int OpenCount => _open.Count;

    /// <summary>When the oldest open range was begun; null when none is open.</summary>
    public long? OldestBegun => _open.TryPeek(out var oldest) ? oldest.Begun : null;

    /// <summary>Begins a range that ends below <paramref name="next"/>.</summary>
    /// <param name="next">One above its last offset.</param>
    /// <param name="begun">Timestamp, for the age of the prefix.</param>
    public OpenRange Begin(long next, long begun)
    {
        var range = new OpenRange(next, begun);
        _open.Enqueue(range);
        return range;
    }

    /// <summary>Calls off all open ranges: whoever has not begun to deliver them must not. Those being delivered can still be settled.</summary>
    public void CallOff()
    {
        foreach (var range in _open)
        {
            range.IsCalledOff = true;
        }
    }

    /// <summary>The open ranges that are settled already, above a gap; in the order of their offsets.</summary>
    public IEnumerable<OffsetRange> SettledAbove()
    {
        var first = Next;
        foreach (var range in _open.Where(static range => !range.IsWithdrawn))
        {
            if (range.IsSettled && range.Next > first)
            {
                yield return new OffsetRange(first, range.Next);
            }

            first = Math.Max(first, range.Next);
        }
    }

    /// <summary>Takes in what was settled; returns whether the prefix grew.</summary>
    public bool Advance()
    {
        var grew = false;
        while (_open.TryPeek(out var oldest) && oldest.IsSettled)
        {
            _open.Dequeue();

            // A sink that starts above the others settles what lies below its start at once: its prefix never falls.
            if (!oldest.IsWithdrawn && oldest.Next > Next)
            {
                Next = oldest.Next;
                grew = true;
            }
        }

        return grew;
    }
}

/// <summary>A range that a sink has in hand.</summary>
internal sealed class OpenRange(long next, long begun)
{
    /// <summary>One above its last offset.</summary>
    public long Next { get; } = next;

    /// <summary>When it was begun.</summary>
    public long Begun { get; } = begun;

    /// <summary>Each of its events is delivered or a dead letter.</summary>
    public bool IsSettled { get; set; }

    /// <summary>It was never read after all.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>The sink was detached: it gets the range from its own reader, unless it is being delivered already.</summary>
    public bool IsCalledOff { get; set; }
}
