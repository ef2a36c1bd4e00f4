using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class MeasuredSinkTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000_000));
    private readonly BatchArrivals _arrivals = new();

    [Fact]
    public async Task Latency_counts_from_when_each_event_was_due()
    {
        await using var sink = new MeasuredSink(new NullSink("a"), _arrivals, _time) { IsMeasuring = true };
        using var batch = Batch(100, 1);
        _arrivals.Add(batch.Source, new BatchArrival(_time.GetTimestamp(), _time.TimestampFrequency / 1000.0));
        _time.Advance(TimeSpan.FromMilliseconds(200));

        await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);

        // Due every millisecond from 0 to 99, answered at 200.
        var latency = sink.Latencies()!;
        Assert.InRange(latency.P50, 149, 152);
        Assert.InRange(latency.Max, 199, 201);
        Assert.Equal(100, sink.Events);
        Assert.Equal(batch.Length, sink.Bytes);
    }

    [Fact]
    public async Task Without_a_known_arrival_the_kafka_timestamp_counts_and_an_event_of_several_items_counts_once()
    {
        await using var sink = new MeasuredSink(new NullSink("a"), _arrivals, _time) { IsMeasuring = true };
        using var batch = Batch(10, 3);
        _time.Advance(TimeSpan.FromMilliseconds(30));

        await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);

        Assert.InRange(sink.Latencies()!.P50, 29.9, 30.1);
        Assert.Equal(10, sink.Events);
    }

    [Fact]
    public async Task Nothing_is_measured_during_the_warm_up()
    {
        await using var sink = new MeasuredSink(new NullSink("a"), _arrivals, _time);
        using var batch = Batch(10, 1);

        await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);

        Assert.Null(sink.Latencies());
        Assert.Equal(10, sink.Events);
    }

    /// <summary>Events of the moment the clock was made at, each with so many items of two bytes.</summary>
    private EncodedBatch Batch(int events, int items)
    {
        var source = new EventBatch(events * 64, events, MemoryLease.Unlimited);
        var lease = new PartitionLease("s", "t", 0, [0]);
        for (var i = 0; i < events; i++)
        {
            source.TryAppend(lease, i, _time.GetUtcNow().ToUnixTimeMilliseconds(), "{}"u8, false, default, true, default);
        }

        var encoded = new EncodedBatch(source, events * items * 2);
        for (var i = 0; i < events * items; i++)
        {
            "{}"u8.CopyTo(encoded.Reserve(2));
            encoded.Commit(i / items, 2);
        }

        source.Release();
        return encoded;
    }
}
