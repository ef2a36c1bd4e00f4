using HdrHistogram;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>A sink whose deliveries are counted, each event with the time from when it was due to the sink's answer.</summary>
/// <param name="sink">The sink itself.</param>
/// <param name="arrivals">When events were due; of batches that it does not know the records' Kafka timestamps count.</param>
/// <param name="time">Clock.</param>
internal sealed class MeasuredSink(IEventSink sink, BatchArrivals arrivals, TimeProvider time) : IEventSink
{
    private const long LongestMicroseconds = 3_600_000_000;
    private const int Digits = 3;
    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = new(LongestMicroseconds, Digits);
    private long _events;
    private long _bytes;

    /// <inheritdoc />
    public string Name => sink.Name;

    /// <inheritdoc />
    public SinkHealth Health => sink.Health;

    /// <summary>Latencies are kept from now on.</summary>
    public bool IsMeasuring { get; set; }

    /// <summary>Events settled since the start.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Bytes of bodies settled since the start, before compression.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        var rejected = await sink.DeliverAsync(batch, cancellation);
        Interlocked.Add(ref _bytes, batch.Length);
        Interlocked.Add(ref _events, Count(batch));
        return rejected;
    }

    /// <summary>What was measured; nothing may be delivered any more.</summary>
    public LatencyFigures? Latencies()
    {
        lock (_gate)
        {
            return _latencies.TotalCount == 0 ? null : new LatencyFigures(
                Of(50), Of(90), Of(99), Of(99.9), _latencies.GetMaxValue() / 1e3);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => sink.DisposeAsync();

    private double Of(double percentile) => _latencies.GetValueAtPercentile(percentile) / 1e3;

    /// <summary>Events of the batch; several items of one lie together.</summary>
    private long Count(EncodedBatch batch)
    {
        var arrival = arrivals.Find(batch.Source);
        var (now, wall) = (time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
        var records = batch.Source.Records;
        var (last, count) = (-1, 0);
        lock (_gate)
        {
            foreach (ref readonly var item in batch.Items)
            {
                if (item.Record == last)
                {
                    continue;
                }

                (last, count) = (item.Record, count + 1);
                if (IsMeasuring)
                {
                    var microseconds = arrival is null ? (wall - records[last].Timestamp) * 1000 : (now - arrival.Of(last)) * 1_000_000 / time.TimestampFrequency;
                    _latencies.RecordValue(Math.Clamp(microseconds, 0, LongestMicroseconds));
                }
            }
        }

        return count;
    }
}
