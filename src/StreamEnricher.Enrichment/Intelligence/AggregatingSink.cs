using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>Counts observations in windows, keeps them in a store, and gives another sink the STIX objects that come of it. Batches of a partition must come in order.</summary>
/// <remarks>
/// A batch is settled in three steps: its counts are written with the offset up to which they go, all or none; then what it closed is delivered; then that is
/// forgotten. A crash after the first step finds closed windows in the store and delivers them again, with the same ids and content; a crash before
/// it counts the batch anew. So each event is counted once.
/// </remarks>
internal sealed class AggregatingSink : IEventSink
{
    /// <summary>Objects that are made and delivered at a time.</summary>
    private const int MostObjects = 2000;

    private readonly IEventSink _inner;
    private readonly IAggregateStore _store;
    private readonly StixTechniques _techniques;
    private readonly GraphWriter _graph;
    private readonly AggregationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string Topic, int Partition), PartitionLease> _leases = [];
    private readonly Task _idle;

    /// <param name="inner">Gets the objects; disposed with this one.</param>
    /// <param name="store">Keeps the state; disposed with this one.</param>
    /// <param name="options">How to count.</param>
    /// <param name="producer">Who makes and sights the objects.</param>
    /// <param name="techniques">The release.</param>
    /// <param name="layout">How the inner sink wants its items.</param>
    /// <param name="time">Clock of idle partitions.</param>
    /// <param name="logger">What the idle partitions' deliveries meet.</param>
    public AggregatingSink(
        IEventSink inner, IAggregateStore store, AggregationOptions options, StixProducer producer, StixTechniques techniques, GraphLayout layout, TimeProvider time,
        ILogger<AggregatingSink> logger)
    {
        (_inner, _store, _options, _techniques, _time, _logger) = (inner, store, options, techniques, time, logger);
        _graph = new GraphWriter(producer, techniques, layout);
        Aggregator = new ObservationAggregator(options, techniques);
        _idle = WatchAsync();
    }

    /// <inheritdoc />
    public string Name => _inner.Name;

    /// <inheritdoc />
    public SinkHealth Health => _inner.Health;

    /// <summary>What is counted. Its figures may be read at any time.</summary>
    public ObservationAggregator Aggregator { get; }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                await LoadAsync(batch.Source, cancellation).ConfigureAwait(false);
                Count(batch);
                if (await SettleAsync(batch.Source, cancellation).ConfigureAwait(false) is { } refused)
                {
                    return refused;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes the windows of idle partitions by the clock.</summary>
    public async Task CloseIdleAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            DropRevoked();
            var watermark = (_time.GetUtcNow() - _options.Lateness).ToUnixTimeMilliseconds();
            foreach (var windows in Aggregator.Partitions.Where(one => _time.GetElapsedTime(one.LastActive) >= _options.IdleAfter && watermark >= one.NextClose))
            {
                Aggregator.Advance(windows, watermark, -1);
            }

            if (_leases.Count == 0 || (Aggregator.Outbox.Count == 0 && Aggregator.Changes.IsEmpty))
            {
                return;
            }

            // Objects of no batch need one to lie in.
            var batch = new EventBatch(4096, 1, MemoryLease.Unlimited);
            try
            {
                batch.TryAppend(_leases.Values.First(), 0, 0, "{}"u8, false, default, true, default);
                foreach (var refused in await SettleAsync(batch, cancellation).ConfigureAwait(false) ?? [])
                {
                    Log.Refused(_logger, Name, refused.Detail);
                }
            }
            finally
            {
                batch.Release();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _idle.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_options.IdleAfter < TimeSpan.FromSeconds(10) ? _options.IdleAfter : TimeSpan.FromSeconds(10), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await CloseIdleAsync(_stop.Token).ConfigureAwait(false);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    Log.IdleFailed(_logger, error, Name);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Log.WatchEnded(_logger, Name);
        }
    }

    private void DropRevoked()
    {
        foreach (var (partition, _) in _leases.Where(static one => one.Value.Revoked).ToList())
        {
            _leases.Remove(partition);
            Aggregator.Drop(partition.Topic, partition.Partition);
        }
    }

    /// <summary>Takes the partitions of a batch in hand that are not yet, or are under a new lease.</summary>
    private async ValueTask LoadAsync(EventBatch batch, CancellationToken cancellation)
    {
        DropRevoked();
        var missing = batch.Ranges.Select(static range => range.Lease).Where(lease => !lease.Revoked && _leases.GetValueOrDefault((lease.Topic, lease.Partition)) != lease).Distinct().ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var records = await _store.LoadAsync(cancellation).ConfigureAwait(false);
        foreach (var lease in missing)
        {
            _leases[(lease.Topic, lease.Partition)] = lease;
        }

        AggregateCodec.Restore(records, [.. missing.Select(static lease => (lease.Topic, lease.Partition))], Aggregator, _techniques);
        foreach (var lease in missing)
        {
            Aggregator.Find(lease.Topic, lease.Partition)!.LastActive = _time.GetTimestamp();
        }
    }

    private void Count(EncodedBatch batch)
    {
        var items = batch.Items;
        var order = new int[items.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        // Events that waited for attribution come last; windows need the order of offsets. Stable: an event's own values keep theirs.
        var keys = new long[items.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((long)items[i].Record << 32) | (uint)i;
        }

        Array.Sort(keys, order);
        foreach (var index in order)
        {
            ref readonly var item = ref items[index];
            ref readonly var record = ref batch.Source.Records[item.Record];
            var lease = batch.Source.Ranges[record.Range].Lease;
            if (!lease.Revoked && Aggregator.Find(lease.Topic, lease.Partition) is { } windows)
            {
                windows.LastActive = _time.GetTimestamp();
                Aggregator.Observe(windows, record.Offset, record.Timestamp, item.Record, new Observation(batch.Value(item).Span));
            }
        }

        foreach (var range in batch.Source.Ranges)
        {
            if (Aggregator.Find(range.Lease.Topic, range.Lease.Partition) is { } windows)
            {
                Aggregator.Cover(windows, range.Next);
            }
        }
    }

    private async ValueTask<bool> TryWriteAsync(CancellationToken cancellation)
    {
        if (Aggregator.Changes.IsEmpty)
        {
            return true;
        }

        if (!await _store.TryWriteAsync(Aggregator.Changes.Records(), [.. _leases.Values], cancellation).ConfigureAwait(false))
        {
            return false;
        }

        Aggregator.Changes.Written();
        return true;
    }

    /// <summary>Writes the state and delivers what is to be told; null when a partition has gone meanwhile, and all is to be looked at again.</summary>
    private async ValueTask<IReadOnlyList<RejectedRecord>?> SettleAsync(EventBatch source, CancellationToken cancellation)
    {
        Aggregator.Relieve();
        if (!await TryWriteAsync(cancellation).ConfigureAwait(false))
        {
            DropRevoked();
            return null;
        }

        var refused = new Dictionary<int, RejectedRecord>();
        for (var from = 0; from < Aggregator.Outbox.Count;)
        {
            using var objects = new EncodedBatch(source, 1 << 16);
            from = _graph.Write(Aggregator.Outbox, from, MostObjects, objects);
            var bytes = objects.AllocatedBytes;
            source.Memory.Take(bytes);
            try
            {
                foreach (var one in await _inner.DeliverAsync(objects, cancellation).ConfigureAwait(false))
                {
                    refused.TryAdd(one.Record, one);
                }
            }
            finally
            {
                source.Memory.GiveBack(bytes);
            }
        }

        if (Aggregator.Outbox.Count > 0)
        {
            Aggregator.Told();

            // What is not written now is delivered again by the next owner, no worse.
            await TryWriteAsync(cancellation).ConfigureAwait(false);
        }

        return [.. refused.Values.OrderBy(static one => one.Record)];
    }
}
