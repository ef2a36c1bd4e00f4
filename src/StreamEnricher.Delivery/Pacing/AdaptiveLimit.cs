namespace StreamEnricher.Delivery.Pacing;

/// <summary>
/// How many requests of a sink are under way at a time: one more after a round of good answers, half as many when the server is overloaded, three quarters when it
/// answers at more than twice its usual time (additive increase, multiplicative decrease). Until the first trouble every good answer adds one, which doubles it each
/// round, from <see cref="First"/> on: with fewer a sink could hold up the others at the start just for not having been tried. Thread-safe.
/// </summary>
/// <remarks>Only answers that came while all permits were in use add anything: a limit that is not reached has not been tried.</remarks>
internal sealed class AdaptiveLimit
{
    /// <summary>Requests under way at the start, within the upper bound.</summary>
    public const int First = 4;

    private const double WhenOverloaded = 0.5;
    private const double WhenSlow = 0.75;

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly LatencyBook _latencies = new();
    private readonly int _most;
    private readonly TimeProvider _time;
    private int _limit;
    private int _underWay;
    private int _good;
    private bool _hadTrouble;
    private long _decreased;
    private TimeSpan _lastLatency;

    /// <param name="most">Upper bound.</param>
    /// <param name="time">Clock of latencies.</param>
    public AdaptiveLimit(int most, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (_most, _time, _limit) = (most, time, Math.Min(most, First));
    }

    /// <summary>Requests that may be under way now, from 1 to the upper bound.</summary>
    public int Current
    {
        get
        {
            lock (_gate)
            {
                return _limit;
            }
        }
    }

    /// <summary>Waits for a permit; each must be given back by <see cref="Leave"/>. First come, first served.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; no permit was taken.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellation)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_underWay < _limit)
            {
                _underWay++;
                return;
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(turn);
        }

        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn).ConfigureAwait(false);
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Gives a permit back.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _underWay--;
            LetIn();
        }
    }

    /// <summary>Notes a good answer. Call it before <see cref="Leave"/>.</summary>
    /// <param name="bytes">Size of the request: latencies are compared among requests of like size.</param>
    /// <param name="latency">How long it took.</param>
    public void Answered(int bytes, TimeSpan latency)
    {
        lock (_gate)
        {
            _lastLatency = latency;
            if (_latencies.IsSlow(bytes, latency))
            {
                Decrease(WhenSlow);
                return;
            }

            if (_underWay < _limit || _limit == _most)
            {
                return;
            }

            if (++_good >= (_hadTrouble ? _limit : 1))
            {
                _good = 0;
                _limit++;
                LetIn();
            }
        }
    }

    /// <summary>The server turned something away for lack of capacity, or did not answer.</summary>
    public void Overloaded()
    {
        lock (_gate)
        {
            Decrease(WhenOverloaded);
        }
    }

    /// <summary>At most once for the requests that are under way at the same time: they all tell of the same trouble.</summary>
    private void Decrease(double factor)
    {
        var now = _time.GetTimestamp();
        if (_hadTrouble && _time.GetElapsedTime(_decreased, now) < _lastLatency)
        {
            return;
        }

        (_hadTrouble, _decreased, _good) = (true, now, 0);
        _limit = Math.Max(1, (int)(_limit * factor));
    }

    private void LetIn()
    {
        while (_underWay < _limit && _waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult())
            {
                _underWay++;
            }
        }
    }
}
