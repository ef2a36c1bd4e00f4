using Microsoft.Extensions.Time.Testing;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Service;

/// <summary>A clock that stands until it is moved, and that knows when its next timer is due: a test steps from wait to wait and never past one.</summary>
internal sealed class SteppingTimeProvider : TimeProvider
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<SteppingTimer, DateTimeOffset> _due = [];

    public TimeSpan Elapsed => _clock.GetUtcNow() - _clock.Start;

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppingTimer(this);
        timer.Start(_clock, callback, state, dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>Moves to the next timer that is due within an hour, if there is one yet.</summary>
    public void TryStep()
    {
        TimeSpan wait;
        lock (_gate)
        {
            var next = _due.Values.DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
            if (next == DateTimeOffset.MaxValue || next - GetUtcNow() > TimeSpan.FromHours(1))
            {
                return;
            }

            wait = next - GetUtcNow();
        }

        // A timer set while the clock moved is due a little later than noted: go on in small steps until it fires.
        _clock.Advance(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
    }

    private void Note(SteppingTimer timer, TimeSpan dueTime, Action? set = null)
    {
        lock (_gate)
        {
            if (dueTime < TimeSpan.Zero)
            {
                _due.Remove(timer);
            }
            else
            {
                _due[timer] = GetUtcNow() + dueTime;
            }

            set?.Invoke();
        }
    }

    private sealed class SteppingTimer(SteppingTimeProvider owner) : ITimer
    {
        private ITimer? _timer;

        public void Start(FakeTimeProvider clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            owner.Note(this, dueTime, () => _timer = clock.CreateTimer(
                given =>
                {
                    owner.Note(this, Timeout.InfiniteTimeSpan);
                    callback(given);
                },
                state,
                dueTime,
                period));
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = false;
            owner.Note(this, dueTime, () => changed = _timer!.Change(dueTime, period));
            return changed;
        }

        public void Dispose()
        {
            owner.Note(this, Timeout.InfiniteTimeSpan);
            _timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
