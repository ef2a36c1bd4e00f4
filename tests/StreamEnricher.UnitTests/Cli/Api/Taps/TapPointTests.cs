using StreamEnricher.Cli.Api.Taps;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Cli.Api.Taps;

public sealed class TapPointTests
{
    private readonly TapPoint _point = new();
    private readonly EventBatch _batch = Batch();

    [Fact]
    public void Without_a_listener_nothing_is_copied()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _point.Offer(_batch);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task A_listener_gets_a_copy_that_outlives_the_batch()
    {
        using var tap = _point.TryOpen()!;
        _point.Offer(_batch);
        _batch.Release();

        var copy = await tap.NextAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, copy.Count);
        Assert.Equal("{\"n\":2}", System.Text.Encoding.UTF8.GetString(copy.Value(1)));
        Assert.Equal(("s", "t", 3), (copy.Lease(1).Source, copy.Lease(1).Topic, copy.Lease(1).Partition));
        Assert.Equal(8, copy.Records[1].Offset);
        copy.Release();
    }

    [Fact]
    public void What_a_slow_listener_does_not_see_is_counted()
    {
        using var tap = _point.TryOpen()!;
        _point.Offer(_batch);
        _point.Offer(_batch);
        _point.Offer(_batch);

        Assert.Equal(4, tap.TakeSkipped());
        Assert.Equal(0, tap.TakeSkipped());
    }

    [Fact]
    public void Only_a_few_may_listen_and_who_goes_makes_room()
    {
        var taps = Enumerable.Range(0, TapPoint.MostTaps).Select(_ => _point.TryOpen()!).ToList();
        Assert.Null(_point.TryOpen());

        taps[0].Dispose();
        taps[0].Offer(_batch);

        Assert.NotNull(_point.TryOpen());
    }

    private static EventBatch Batch()
    {
        var batch = new EventBatch(1 << 12, 2, MemoryLease.Unlimited);
        var lease = new PartitionLease("s", "t", 3, [0]);
        Assert.True(batch.TryAppend(lease, 7, 1, "{\"n\":1}"u8, false, default, true, default));
        Assert.True(batch.TryAppend(lease, 8, 1, "{\"n\":2}"u8, false, default, true, default));
        return batch;
    }
}
