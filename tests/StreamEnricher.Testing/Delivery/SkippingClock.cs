namespace StreamEnricher.Testing.Delivery;

/// <summary>
/// A clock without patience: a wait of up to an hour is over at once, and noted; longer ones (time-outs of requests, set so by the tests) last until
/// <see cref="ExpireTimeouts"/>. The time moves by what was waited. Timers that repeat never ring.
/// </summary>
public sealed class SkippingClock : TimeProvider
{
    /// <summary>A time-out for requests that ends only when a test says so.</summary>
    public static readonly TimeSpan NeverByItself = TimeSpan.FromHours(2);

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private readonly List<HeldTimer> _held = [];
    private TimeSpan _passed;

    /// <summary>What was waited, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
            {
                return [.. _waits];
            }
        }
    }

    /// <summary>Called with the number of each wait, from 1, before it ends: the place where a test repairs what is broken.</summary>
    public Action<int>? Waiting { get; set; }

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Start + _passed;
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_gate)
        {
            _passed += time;
        }
    }

    /// <summary>Ends all time-outs that run.</summary>
    public void ExpireTimeouts()
    {
        HeldTimer[] held;
        lock (_gate)
        {
            held = [.. _held];
            _held.Clear();
        }

        foreach (var timer in held)
        {
            timer.Fire();
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(this, callback, state);
        if (period > TimeSpan.Zero)
        {
            return timer;
        }

        if (dueTime >= NeverByItself)
        {
            lock (_gate)
            {
                _held.Add(timer);
            }
        }
        else if (dueTime >= TimeSpan.Zero)
        {
            ThreadPool.QueueUserWorkItem(_ => Skip(timer, dueTime));
        }

        return timer;
    }

    private void Skip(HeldTimer timer, TimeSpan wait)
    {
        int number;
        lock (_gate)
        {
            _waits.Add(wait);
            _passed += wait;
            number = _waits.Count;
        }

        Waiting?.Invoke(number);
        timer.Fire();
    }

    private sealed class HeldTimer(SkippingClock owner, TimerCallback callback, object? state) : ITimer
    {
        private bool _isOver;

        public void Fire()
        {
            if (!Interlocked.Exchange(ref _isOver, true))
            {
                callback(state);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Waits of sinks are not changed.");

        public void Dispose()
        {
            Interlocked.Exchange(ref _isOver, true);
            lock (owner._gate)
            {
                owner._held.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
