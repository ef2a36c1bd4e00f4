namespace StreamEnricher.Engine.Pipeline;

/// <summary>Takes from a sink's queue what makes one delivery. Several workers ask; while one waits for more, the others wait for it: or each would linger over a part.</summary>
internal sealed class Gatherer(SinkQueue queue, GatherOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource _hurry = new();

    /// <summary>The next batches; none when there will be none.</summary>
    public async Task<IReadOnlyList<LaneItem>> NextAsync()
    {
        if (options.Linger <= TimeSpan.Zero)
        {
            return await FirstAsync() is { } only ? [only] : [];
        }

        await _turn.WaitAsync();
        try
        {
            return await FirstAsync() is { } first ? await MoreAsync(first) : [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What was gathered so far is passed on at once: the sink was detached, or the engine stops.</summary>
    public void Hurry()
    {
        using var hurry = Interlocked.Exchange(ref _hurry, new CancellationTokenSource());
        hurry.Cancel();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _turn.Dispose();
        _hurry.Dispose();
    }

    private async Task<LaneItem?> FirstAsync()
    {
        while (await queue.WaitAsync(CancellationToken.None))
        {
            if (queue.TryTake(out var item))
            {
                return item;
            }
        }

        return null;
    }

    private async Task<IReadOnlyList<LaneItem>> MoreAsync(LaneItem first)
    {
        var items = new List<LaneItem> { first };
        long events = first.Batch.Count, bytes = first.Batch.Length;
        using var linger = new CancellationTokenSource(options.Linger, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(linger.Token, Volatile.Read(ref _hurry).Token);
        while (events < options.Events && bytes < options.Bytes)
        {
            if (queue.TryTake(out var next))
            {
                items.Add(next);
                events += next.Batch.Count;
                bytes += next.Batch.Length;
            }
            else if (!await HasMoreAsync(end.Token))
            {
                break;
            }
        }

        return items;
    }

    private async Task<bool> HasMoreAsync(CancellationToken end)
    {
        try
        {
            return await queue.WaitAsync(end);
        }
        catch (OperationCanceledException)
        {
            // Time is up.
            return false;
        }
    }
}
