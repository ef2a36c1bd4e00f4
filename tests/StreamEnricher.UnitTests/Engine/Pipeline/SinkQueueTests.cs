using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Ledger;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class SinkQueueTests
{
    private readonly EventBatch _source = EngineBatches.Of(EngineBatches.Lease(1), 0, 1);

    [Fact]
    [Trait("Complaint", "splunk/kafka-connect-splunk#423")]
    public void TryAdd_refuses_above_its_share_of_bytes_until_a_delivery_is_over()
    {
        var one = New();
        var queue = new SinkQueue(10, one.AllocatedBytes * 2);
        Assert.True(queue.TryAdd(Item(one)));
        Assert.True(queue.TryAdd(Item(New())));

        Assert.False(queue.TryAdd(Item(New())));
        Assert.True(queue.TryTake(out var taken));
        Assert.False(queue.TryAdd(Item(New())));
        queue.GiveBack(taken.Batch.AllocatedBytes);

        Assert.True(queue.TryAdd(Item(New())));
        Assert.Equal(one.AllocatedBytes * 2, queue.Bytes);
    }

    [Fact]
    public void TryAdd_takes_one_batch_that_is_larger_than_the_whole_share()
    {
        var queue = new SinkQueue(10, 1);
        Assert.True(queue.TryAdd(Item(New())));
        Assert.False(queue.TryAdd(Item(New())));
    }

    [Fact]
    public void TryAdd_refuses_more_batches_than_it_may_hold_and_books_none_of_their_bytes()
    {
        var queue = new SinkQueue(1, long.MaxValue);
        var first = New();
        Assert.True(queue.TryAdd(Item(first)));

        Assert.False(queue.TryAdd(Item(New())));

        Assert.Equal(first.AllocatedBytes, queue.Bytes);
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void RoomAsync_ends_when_a_batch_is_taken_and_when_its_bytes_come_back()
    {
        var queue = new SinkQueue(1, long.MaxValue);
        queue.TryAdd(Item(New()));

        var room = queue.RoomAsync();
        Assert.False(room.IsCompleted);
        queue.TryTake(out var item);
        Assert.True(room.IsCompleted);
        room = queue.RoomAsync();
        Assert.False(room.IsCompleted);
        queue.GiveBack(item.Batch.AllocatedBytes);

        Assert.True(room.IsCompleted);
    }

    [Theory]
    [InlineData(1, long.MaxValue)]
    [InlineData(10, 1)]
    public void A_refusal_wakes_nobody_who_waits_for_room(int batches, long bytes)
    {
        // Or the one who was refused would wake himself for ever.
        var queue = new SinkQueue(batches, bytes);
        queue.TryAdd(Item(New()));
        var room = queue.RoomAsync();

        Assert.False(queue.TryAdd(Item(New())));

        Assert.False(room.IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_says_when_nothing_comes_any_more()
    {
        var queue = new SinkQueue(1, 1);
        queue.TryAdd(Item(New()));
        queue.Complete();
        Assert.True(await queue.WaitAsync(TestContext.Current.CancellationToken));
        queue.TryTake(out _);
        Assert.False(await queue.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1000, 30)]
    public void The_wait_after_a_fault_doubles_up_to_half_a_minute(int faults, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), RetryDelay.After(faults));

    private static LaneItem Item(EncodedBatch batch) => new(batch, new BatchTicket([], []));

    private EncodedBatch New() => new(_source, 1);
}
