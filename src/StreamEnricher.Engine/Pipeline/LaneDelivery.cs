using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Tracing;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Brings batches to one sink and what it refuses to the dead letters.</summary>
/// <param name="sink">The sink.</param>
/// <param name="desk">Takes what the sink refuses.</param>
/// <param name="latency">Told when events arrived.</param>
/// <param name="time">Clock of waits.</param>
/// <param name="logger">Faults.</param>
internal sealed class LaneDelivery(IEventSink sink, DeadLetterDesk desk, LatencyRecorder latency, TimeProvider time, ILogger logger)
{
    private long _delivered;
    private long _deadLetters;

    /// <summary>Items that the sink has taken since the start.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Records that it refused since the start and that are durable as dead letters.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Delivers batches, several of them as one.</summary>
    /// <returns>Those of which every item is stored, or refused and durable as a dead letter.</returns>
    public async Task<IReadOnlyList<LaneItem>> DeliverAsync(IReadOnlyList<LaneItem> items, CancellationToken cancellation)
    {
        using var span = PipelineTraces.Deliver(sink.Name, items.Select(static item => item.Batch));
        var refused = items.Count == 1 ? await AskAsync(items[0].Batch, cancellation) : await AskForAllAsync(items, cancellation);
        PipelineTraces.End(span, refused?.Count);
        if (refused is null)
        {
            return [];
        }

        var settled = new List<LaneItem>(items.Count);
        var first = 0;
        foreach (var item in items)
        {
            // A single batch has its own records' numbers; in several they go on from one to the next.
            var count = items.Count == 1 ? int.MaxValue : item.Batch.Source.Count;
            IReadOnlyList<RejectedRecord> own = refused.Count == 0
                ? []
                : [.. refused.Where(record => record.Record >= first && record.Record - first < count).Select(record => record with { Record = record.Record - first })];
            if (await TrySettleAsync(item.Batch, own, cancellation))
            {
                settled.Add(item);
            }

            first += item.Batch.Source.Count;
        }

        return settled;
    }

    /// <summary>Makes all records of a batch dead letters; false when it was given up before they were durable.</summary>
    public async Task<bool> TryExpireAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        var records = new List<RejectedRecord>();
        foreach (ref readonly var item in batch.Items)
        {
            // The items of one event lie together.
            if (records.Count == 0 || records[^1].Record != item.Record)
            {
                records.Add(new RejectedRecord(item.Record, DeadLetterReason.Retention, "its topic is about to delete it, and the sink has not taken it"));
            }
        }

        if (records.Count > 0 && !await desk.TryWriteAsync(sink.Name, batch.Source, records, cancellation))
        {
            return false;
        }

        Interlocked.Add(ref _deadLetters, records.Count);
        return true;
    }

    private async Task<bool> TrySettleAsync(EncodedBatch batch, IReadOnlyList<RejectedRecord> refused, CancellationToken cancellation)
    {
        latency.Record(sink.Name, batch, refused);
        if (refused.Count > 0)
        {
            if (!await desk.TryWriteAsync(sink.Name, batch.Source, refused, cancellation))
            {
                return false;
            }

            Interlocked.Add(ref _deadLetters, refused.Count);
        }

        Interlocked.Add(ref _delivered, Math.Max(0, batch.Count - refused.Count));
        return true;
    }

    /// <summary>Several batches as one: their records are numbered one batch after the other.</summary>
    private async Task<IReadOnlyList<RejectedRecord>?> AskForAllAsync(IReadOnlyList<LaneItem> items, CancellationToken cancellation)
    {
        var source = items[0].Batch.Source;
        using var all = new EncodedBatch(source, items.Sum(static item => item.Batch.Length));
        var first = 0;
        foreach (var item in items)
        {
            all.Append(item.Batch, first);
            first += item.Batch.Source.Count;
        }

        var bytes = all.AllocatedBytes;
        source.Memory.Take(bytes);
        try
        {
            return await AskAsync(all, cancellation);
        }
        finally
        {
            source.Memory.GiveBack(bytes);
        }
    }

    /// <summary>The records that the sink refuses for good; null when the delivery was given up before it was settled.</summary>
    private async Task<IReadOnlyList<RejectedRecord>?> AskAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        for (var faults = 1; ; faults++)
        {
            try
            {
                return await sink.DeliverAsync(batch, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception error)
            {
                // A sink retries by itself what can go wrong; this is a fault of ours, and it must not cost an event.
                var delay = RetryDelay.After(faults);
                sink.Health.Error($"unexpected {error.GetType().Name}, see the log");
                Log.SinkFailed(logger, error, sink.Name, batch.Count, delay);
                if (!await Pause.TryAsync(delay, time, cancellation))
                {
                    return null;
                }
            }
        }
    }
}
