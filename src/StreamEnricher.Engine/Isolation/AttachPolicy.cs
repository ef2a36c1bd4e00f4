namespace StreamEnricher.Engine.Isolation;

/// <summary>When a detached sink may join the main flow again. Pure: time and lag are told to it.</summary>
/// <remarks>
/// A sink that is just slower than the stream catches up whenever the stream has a lull, and is detached again soon after. So each time it is detached it must stay so
/// for twice as long, up to <see cref="LongestDetachment"/>, until it has held out attached for long enough. Detached it loses nothing and costs its own CPU only.
/// </remarks>
/// <param name="near">It has caught up when it is not further behind the main flow than so many records, or than what the flow reads in a second.</param>
internal sealed class AttachPolicy(long near)
{
    /// <summary>How long it stays detached the first time.</summary>
    public static readonly TimeSpan FirstDetachment = TimeSpan.FromSeconds(2);

    /// <summary>How long it stays detached at most.</summary>
    public static readonly TimeSpan LongestDetachment = TimeSpan.FromMinutes(5);

    /// <summary>Caught up for so long without interruption: not by chance.</summary>
    public static readonly TimeSpan CaughtUpFor = TimeSpan.FromMilliseconds(500);

    /// <summary>Attached for so many times as long as it was last detached, it is trusted as if it had never been.</summary>
    public const int TrustFactor = 4;

    private TimeSpan _detachment = FirstDetachment;
    private DateTimeOffset _detachedAt;
    private DateTimeOffset? _attachedAt;
    private DateTimeOffset? _caughtUpSince;

    /// <summary>How long it has to stay detached this time.</summary>
    public TimeSpan Detachment => _detachment;

    /// <summary>It was detached.</summary>
    public void Detached(DateTimeOffset now)
    {
        _detachment = _attachedAt is null || now - _attachedAt.Value >= _detachment * TrustFactor
            ? FirstDetachment
            : TimeSpan.FromTicks(Math.Min(_detachment.Ticks * 2, LongestDetachment.Ticks));
        _detachedAt = now;
        _caughtUpSince = null;
    }

    /// <summary>It was attached.</summary>
    public void Attached(DateTimeOffset now) => _attachedAt = now;

    /// <summary>Looks at a detached sink.</summary>
    /// <param name="now">Now.</param>
    /// <param name="lag">Records between what it has settled and what the main flow has read.</param>
    /// <param name="rate">Records that the main flow has read in the last second.</param>
    /// <returns>Whether it may join.</returns>
    public bool MayAttach(DateTimeOffset now, long lag, long rate)
    {
        if (lag > Math.Max(near, rate))
        {
            _caughtUpSince = null;
            return false;
        }

        _caughtUpSince ??= now;
        return now - _caughtUpSince.Value >= CaughtUpFor && now - _detachedAt >= _detachment;
    }
}
