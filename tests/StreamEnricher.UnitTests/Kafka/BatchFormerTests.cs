using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.UnitTests.Kafka;

public sealed class BatchFormerTests
{
    private static readonly PartitionLease Lease = new("ids", "suricata", 0, [0]);
    private readonly FakeTimeProvider _time = new();

    private static KafkaSourceOptions Options => new()
    {
        Connection = new KafkaConnection { BootstrapServers = "localhost:9092" },
        GroupId = "g",
        Sources = [],
        Sinks = [],
        BatchBytes = 1 << 20,
        BatchEvents = 1000,
        EncodedFactor = 2,
        BatchLinger = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public void A_batch_is_due_when_its_linger_is_over()
    {
        var former = new BatchFormer(Options, new MemoryBudget(100 << 20), _time);
        Assert.True(former.TryBegin(100));
        _time.Advance(TimeSpan.FromMilliseconds(15));
        Assert.Equal(TimeSpan.FromMilliseconds(5), former.Remaining);
        _time.Advance(TimeSpan.FromMilliseconds(15));
        Assert.Equal(TimeSpan.Zero, former.Remaining);
        former.Drop();
    }

    [Fact]
    public void No_batch_begins_without_its_bytes()
    {
        var memory = new MemoryBudget(1 << 20);
        var former = new BatchFormer(Options, memory, _time);
        var other = memory.TryReserve(1 << 20)!;
        Assert.False(former.TryBegin(100));
        Assert.Null(former.Current);
        other.Dispose();
        Assert.True(former.TryBegin(100));
        former.Drop();
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public void Close_gives_back_what_the_encodings_of_an_almost_empty_batch_do_not_need()
    {
        var memory = new MemoryBudget(100 << 20);
        var former = new BatchFormer(Options, memory, _time);
        Assert.True(former.TryBegin(100));
        var reserved = memory.Used;
        Assert.True(former.Current!.TryAppend(Lease, 0, 0, new byte[100], false, default, true, default));

        var batch = former.Close();

        Assert.Equal(reserved - (2L * batch.Slab.Length) + (2L * batch.UsedBytes), memory.Used);
        batch.Release();
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public void Batches_grow_with_the_load_up_to_their_size_and_shrink_again()
    {
        var former = new BatchFormer(Options, new MemoryBudget(100 << 20), _time);
        var sizes = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            sizes.Add(Form(former, fill: true));
        }

        Assert.Equal([64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20, 1 << 20, 1 << 20, 1 << 20], sizes);
        for (var i = 0; i < 6; i++)
        {
            sizes.Add(Form(former, fill: false));
        }

        Assert.Equal(64 << 10, sizes[^1]);
    }

    [Fact]
    public void A_record_larger_than_the_budget_is_taken_when_nothing_else_is_in_flight()
    {
        var memory = new MemoryBudget(1 << 20);
        var former = new BatchFormer(Options, memory, _time);
        var other = memory.TryReserve(1000)!;
        Assert.False(former.TryBegin(2 << 20));
        other.Dispose();
        Assert.True(former.TryBegin(2 << 20));
        Assert.True(former.Current!.TryAppend(Lease, 0, 0, new byte[2 << 20], false, default, true, default));
        former.Close().Release();
    }

    [Fact]
    public void A_full_batch_fits_into_the_smallest_budget_beside_the_read_ahead()
    {
        foreach (var bytes in (ReadOnlySpan<int>)[64 << 10, 1 << 20, 32 << 20])
        {
            var options = Options with { BatchBytes = bytes };
            var memory = new MemoryBudget(options.SmallestMemory);
            memory.ReserveForever(ConsumerProperties.Of(options, memory.Limit).PrefetchBytes);
            Assert.InRange(BatchFormer.ReservationOf(bytes, options.BatchEvents, options.EncodedFactor), 1, memory.Limit - memory.Used);
        }
    }

    private static int Form(BatchFormer former, bool fill)
    {
        Assert.True(former.TryBegin(1000));
        var offset = 0;
        while (former.Current!.TryAppend(Lease, offset++, 0, new byte[1500], false, default, true, default) && fill)
        {
        }

        var batch = former.Close();
        var size = batch.Slab.Length;
        batch.Release();
        return size;
    }
}
