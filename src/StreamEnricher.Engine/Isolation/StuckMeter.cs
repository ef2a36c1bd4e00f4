namespace StreamEnricher.Engine.Isolation;

/// <summary>Whether a sink has settled nothing for a while. Pure: time is told to it.</summary>
internal sealed class StuckMeter
{
    /// <summary>A sink that has settled nothing for so long does not move.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private DateTimeOffset? _movedAt;
    private long _settled;

    /// <summary>Looks at the sink.</summary>
    /// <param name="now">Now.</param>
    /// <param name="settled">Changes when it settles something.</param>
    public bool IsStuck(DateTimeOffset now, long settled)
    {
        if (_movedAt is null || settled != _settled)
        {
            (_movedAt, _settled) = (now, settled);
        }

        return now - _movedAt.Value >= Patience;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _movedAt = null;
}
