namespace StreamEnricher.Cli.Api.Recent;

/// <summary>Recent enriched events: of this process, and through Redis of all processes of the pipeline.</summary>
/// <param name="records">What this process saw.</param>
/// <param name="enricher">Makes events of records.</param>
/// <param name="redis">Where they are shared; null for this process alone.</param>
/// <param name="time">Clock of passing them on.</param>
internal sealed class RecentEvents(RecentRecords records, RecordEnricher enricher, RedisEvents? redis, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How often new events are passed on to Redis.</summary>
    private static readonly TimeSpan PassInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Most events passed on at a time.</summary>
    private const int PassLimit = 200;

    private readonly CancellationTokenSource _stop = new();
    private Task _passing = Task.CompletedTask;

    /// <summary>What this process saw.</summary>
    public RecentRecords Records => records;

    /// <summary>Starts to pass events on, if they are shared.</summary>
    public void Start()
    {
        if (redis is not null)
        {
            _passing = Task.Run(() => PassAsync(redis, _stop.Token));
        }
    }

    /// <summary>The newest events, newest first, and where they are from: <c>redis</c> or <c>memory</c>.</summary>
    public async Task<(IReadOnlyList<ReadOnlyMemory<byte>> Events, string From)> NewestAsync(int limit, CancellationToken cancellation)
    {
        if (redis is not null && await redis.NewestAsync(limit, cancellation) is { } shared)
        {
            return (shared, "redis");
        }

        return (await EnrichAsync(records.Newest(limit), cancellation), "memory");
    }

    /// <summary>The events of records; those that were refused are left out.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EnrichAsync(IReadOnlyList<RawRecord> from, CancellationToken cancellation) =>
        [.. (await enricher.EnrichAsync(from, positioned: true, cancellation)).Where(static one => one.Refused is null).Select(static one => one.Event)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _passing;
        if (redis is not null)
        {
            await redis.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task PassAsync(RedisEvents to, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(PassInterval, time);
        long passed = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var (fresh, taken) = records.Since(passed, PassLimit);
                var events = await EnrichAsync(fresh, stop);
                if (events.Count == 0 || await to.AddAsync(events, stop))
                {
                    passed = taken;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }
}
