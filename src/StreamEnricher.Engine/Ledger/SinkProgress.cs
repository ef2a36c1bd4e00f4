using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>
/// Progress of one sink in one partition. Attached, it grows with what the main flow delivers. Detached, with what the sink's own reader delivers. While the sink
/// joins the main flow again, both deliver: the reader below a certain offset, the main flow from there on. Not thread-safe: the ledger locks.
/// </summary>
internal sealed class SinkProgress(long start)
{
    private SettledPrefix _prefix = new(start);
    private SettledPrefix? _joined;
    private IReadOnlyList<OffsetRange> _has = [];
    private bool _detached;

    /// <summary>Everything below is settled.</summary>
    public long Next => _prefix.Next;

    /// <summary>The next offset that the sink's own reader has to read.</summary>
    public long Read { get; private set; } = start;

    /// <summary>Where the main flow has taken over, while the reader still has to get there; null at all other times.</summary>
    public long? JoinAt { get; private set; }

    /// <summary>What the sink has already above <see cref="Next"/>, from before it was detached.</summary>
    public IReadOnlyList<OffsetRange> Has => _has;

    /// <summary>The sink's own reader has something to read, or will have.</summary>
    public bool ReadsOnItsOwn => _detached || Read < JoinAt;

    /// <summary>Some range is begun and not settled.</summary>
    public bool HasOpen => _prefix.OpenCount > 0 || _joined is { OpenCount: > 0 };

    /// <summary>When the oldest unsettled range was begun.</summary>
    public long? OldestBegun => _prefix.OldestBegun ?? _joined?.OldestBegun;

    /// <summary>A range of the main flow; null when the sink does not get it from there.</summary>
    public OpenRange? Begin(long next, long begun) => _detached ? null : (_joined ?? _prefix).Begin(next, begun);

    /// <summary>A range of the sink's own reader.</summary>
    public OpenRange BeginCatchUp(long next, long begun)
    {
        Read = Math.Max(Read, next);
        return _prefix.Begin(next, begun);
    }

    /// <summary>Settles a range; returns whether the progress grew. Settling twice, or what was given up, changes nothing.</summary>
    public bool Settle(OpenRange range)
    {
        range.IsSettled = true;
        return Advance();
    }

    /// <summary>Takes a range back as if it had never begun; returns whether the progress grew, which it can by what stood behind it.</summary>
    public bool Withdraw(OpenRange range)
    {
        range.IsWithdrawn = true;
        return Settle(range);
    }

    /// <summary>The main flow, or the sink's own reader, goes on without the sink. What is being delivered can still be settled.</summary>
    public void Detach()
    {
        _prefix.CallOff();
        _joined?.CallOff();
        _detached = true;
    }

    /// <summary>
    /// Nothing is being delivered any more: gives up what is open, and lets the sink's own reader begin at <see cref="Next"/>. What was settled above it is remembered,
    /// for the reader to pass over.
    /// </summary>
    public void Restart()
    {
        _has = [.. _has.Concat(_prefix.SettledAbove()).Concat(_joined?.SettledAbove() ?? []).Where(range => range.Next > Next).OrderBy(static range => range.First)];
        Begin(Next);
    }

    /// <summary>The same, but the sink's own reader begins elsewhere, and the sink gets everything from there on.</summary>
    public void Rewind(long place)
    {
        _has = [];
        Begin(place);
    }

    /// <summary>The main flow takes the sink along again.</summary>
    /// <param name="position">The offset that the main flow reads next.</param>
    /// <returns>The first offset that it delivers: the reader may be ahead of it.</returns>
    public long Join(long position)
    {
        var joinAt = Math.Max(position, Read);
        _detached = false;
        _joined = new SettledPrefix(joinAt);
        JoinAt = joinAt;
        Advance();
        return joinAt;
    }

    private void Begin(long place)
    {
        _prefix = new SettledPrefix(place);
        _joined = null;
        JoinAt = null;
        Read = place;
    }

    private bool Advance()
    {
        var grew = _prefix.Advance();
        grew |= _joined?.Advance() ?? false;
        if (_joined is { } joined && _prefix.Next >= JoinAt)
        {
            _prefix = joined;
            _joined = null;
            JoinAt = null;
            return true;
        }

        return grew;
    }
}
