using StreamEnricher.Engine.Isolation;

namespace StreamEnricher.UnitTests.Engine.Isolation;

public sealed class AttachPolicyTests
{
    private const long Near = 1000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly AttachPolicy _policy = new(Near);
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_sink_stays_detached_for_a_while_although_it_has_caught_up_at_once()
    {
        _policy.Detached(_now);

        Assert.Equal(AttachPolicy.FirstDetachment, TimeUntilAttached(static () => 0));
    }

    [Fact]
    public void A_sink_that_is_far_behind_stays_detached()
    {
        _policy.Detached(_now);
        _now += TimeSpan.FromDays(1);

        Assert.False(_policy.MayAttach(_now, Near + 1, 0));
    }

    [Fact]
    public void A_fast_stream_may_be_as_far_ahead_as_it_reads_in_a_second()
    {
        _policy.Detached(_now);
        _now += AttachPolicy.FirstDetachment;

        Assert.False(_policy.MayAttach(_now, 50_000, 49_999));
        Assert.False(_policy.MayAttach(_now, 50_000, 50_000));
        Assert.True(_policy.MayAttach(_now + AttachPolicy.CaughtUpFor, 50_000, 50_000));
    }

    [Fact]
    public void A_sink_that_has_caught_up_for_a_moment_only_stays_detached()
    {
        _policy.Detached(_now);
        _now += AttachPolicy.FirstDetachment;
        Assert.False(_policy.MayAttach(_now, 0, 0));
        Assert.False(_policy.MayAttach(_now + Tick, Near + 1, 0));

        Assert.False(_policy.MayAttach(_now + AttachPolicy.CaughtUpFor, 0, 0));
    }

    [Fact]
    public void A_sink_just_slower_than_the_stream_is_attached_ever_more_seldom()
    {
        // It is detached five seconds after it was attached, for ever: within a day that makes hundreds of changes, not ten thousand.
        var attachments = 0;
        var end = _now + TimeSpan.FromDays(1);
        while (_now < end)
        {
            _policy.Detached(_now);
            TimeUntilAttached(static () => 0);
            _policy.Attached(_now);
            attachments++;
            _now += TimeSpan.FromSeconds(5);
        }

        Assert.Equal(AttachPolicy.LongestDetachment, _policy.Detachment);
        Assert.InRange(attachments, 280, 300);
    }

    [Fact]
    public void A_sink_that_has_held_out_attached_is_trusted_again()
    {
        for (var i = 0; i < 5; i++)
        {
            _policy.Detached(_now);
            TimeUntilAttached(static () => 0);
            _policy.Attached(_now);
        }

        Assert.Equal(AttachPolicy.FirstDetachment * 16, _policy.Detachment);
        _now += _policy.Detachment * AttachPolicy.TrustFactor;
        _policy.Detached(_now);

        Assert.Equal(AttachPolicy.FirstDetachment, _policy.Detachment);
    }

    private TimeSpan TimeUntilAttached(Func<long> lag)
    {
        var begun = _now;
        while (!_policy.MayAttach(_now, lag(), 0))
        {
            _now += Tick;
        }

        return _now - begun;
    }
}
