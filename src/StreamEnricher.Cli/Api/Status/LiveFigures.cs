namespace StreamEnricher.Cli.Api.Status;

/// <summary>What the pipeline does now, sampled once a second for everybody who looks.</summary>
/// <param name="sampler">Makes samples; disposed with this.</param>
/// <param name="time">Clock.</param>
internal sealed class LiveFigures(LiveSampler sampler, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveSample? _latest;
    private Task _sampling = Task.CompletedTask;

    /// <summary>The last sample.</summary>
    public LiveSample Latest
    {
        get
        {
            lock (_gate)
            {
                return _latest ??= sampler.Sample();
            }
        }
    }

    /// <summary>Starts to look.</summary>
    public void Start() => _sampling = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Waits for the next sample.</summary>
    public async Task<LiveSample> NextAsync(CancellationToken cancellation)
    {
        await Volatile.Read(ref _next).Task.WaitAsync(cancellation);
        return Latest;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sampling;
        sampler.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                lock (_gate)
                {
                    _latest = sampler.Sample();
                }

                Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }
}
