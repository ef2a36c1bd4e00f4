using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Cli.Api.Recent;

public sealed class RecentRecordsTests
{
    private readonly PartitionLease _first = new("s", "t", 0, [0]);
    private readonly PartitionLease _second = new("s", "t", 1, [0]);

    [Fact]
    public void The_newest_come_first_and_the_oldest_go()
    {
        var recent = new RecentRecords(3, 1 << 20);
        for (var offset = 0; offset < 5; offset++)
        {
            Take(recent, (_first, offset));
        }

        Assert.Equal([4, 3, 2], recent.Newest(10).Select(static record => record.Offset));
        Assert.Equal([4], recent.Newest(1).Select(static record => record.Offset));
    }

    [Fact]
    public void Of_a_large_batch_the_newest_few_of_each_partition_are_taken()
    {
        var recent = new RecentRecords(1000, 1 << 20);

        Take(recent, [.. Enumerable.Range(0, 5).Select(offset => (_second, (long)offset)), .. Enumerable.Range(0, 500).Select(offset => (_first, (long)offset))]);

        Assert.Equal(Enumerable.Range(484, 16).Select(static offset => (long)offset), recent.Newest(1000).Where(static one => one.Partition == 0).Select(static one => one.Offset).Order());
        Assert.Equal(5, recent.Newest(1000).Count(static one => one.Partition == 1));
    }

    [Fact]
    public void Their_bytes_are_bounded()
    {
        var recent = new RecentRecords(1000, 25);
        for (var offset = 0; offset < 10; offset++)
        {
            Take(recent, (_first, offset));
        }

        Assert.Equal([9, 8], recent.Newest(10).Select(static record => record.Offset));
    }

    [Fact]
    public void What_is_new_since_is_given_once()
    {
        var recent = new RecentRecords(1000, 1 << 20);
        Take(recent, (_first, 0), (_first, 1));
        var (all, taken) = recent.Since(0, 100);
        Take(recent, (_first, 2));

        Assert.Equal(2, all.Count);
        Assert.Equal([2], recent.Since(taken, 100).Records.Select(static record => record.Offset));
        Assert.Empty(recent.Since(recent.Taken, 100).Records);
    }

    private static void Take(RecentRecords recent, params (PartitionLease Lease, long Offset)[] records)
    {
        var batch = new EventBatch(1 << 16, records.Length, MemoryLease.Unlimited);
        foreach (var (lease, offset) in records)
        {
            Assert.True(batch.TryAppend(lease, offset, 0, "{\"a\":1234}"u8, false, default, true, default));
        }

        recent.Take(batch);
        batch.Release();
    }
}
