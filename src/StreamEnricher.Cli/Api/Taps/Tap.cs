using System.Threading.Channels;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>One listener's way to what passes: a copy of a batch at a time, and only when the one before has been looked through.</summary>
internal sealed class Tap : IDisposable
{
    private readonly Channel<EventBatch> _batches = Channel.CreateBounded<EventBatch>(new BoundedChannelOptions(1) { SingleReader = true });
    private readonly TapPoint _point;
    private long _skipped;

    /// <param name="point">Told when nobody listens any more.</param>
    public Tap(TapPoint point) => _point = point;

    /// <summary>The next batch, which the caller releases.</summary>
    public ValueTask<EventBatch> NextAsync(CancellationToken cancellation) => _batches.Reader.ReadAsync(cancellation);

    /// <summary>Events that passed unseen since this was asked last.</summary>
    public long TakeSkipped() => Interlocked.Exchange(ref _skipped, 0);

    /// <inheritdoc />
    public void Dispose()
    {
        _point.Remove(this);
        _batches.Writer.TryComplete();
        while (_batches.Reader.TryRead(out var left))
        {
            left.Release();
        }
    }

    /// <summary>Copies a batch for the listener, or counts it as unseen. Never waits. The caller holds the batch.</summary>
    public void Offer(EventBatch batch)
    {
        if (_batches.Reader.Count > 0)
        {
            Interlocked.Add(ref _skipped, batch.Count);
            return;
        }

        var copy = Copy(batch);
        if (!_batches.Writer.TryWrite(copy))
        {
            copy.Release();
            Interlocked.Add(ref _skipped, batch.Count);
        }
    }

    /// <summary>A copy, because the batch's memory belongs to the budget of what is in flight, and the listener takes its time.</summary>
    private static EventBatch Copy(EventBatch batch)
    {
        var copy = new EventBatch(batch.UsedBytes, Math.Max(1, batch.Count), MemoryLease.Unlimited);
        var leases = batch.Ranges.ToDictionary(static range => range.Lease, static range => Unbounded(range.Lease));
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var record = ref batch.Records[i];
            copy.TryAppend(leases[batch.Lease(i)], record.Offset, record.Timestamp, batch.Value(i), record.ValueLength < 0, batch.Key(i), record.KeyLength < 0, batch.Headers(i));
        }

        return copy;
    }

    /// <summary>Every encoder of a tap gets every event.</summary>
    private static PartitionLease Unbounded(PartitionLease lease) => new(lease.Source, lease.Topic, lease.Partition, [long.MinValue, long.MinValue]);
}
