using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

/// <summary>Small batches of a sink become one delivery.</summary>
public sealed class GatherTests
{
    private static readonly GatherOptions Second = new() { Linger = TimeSpan.FromSeconds(1), Events = 30 };

    [Fact]
    public async Task Batches_that_come_within_the_linger_are_delivered_together()
    {
        await using var rig = Start(Second, out var sink, out _);
        var lease = rig.Assign(1);
        await QueueAsync(rig, rig.Batch(lease, 0, 10));
        await QueueAsync(rig, rig.Batch(lease, 10, 5));
        Assert.Equal(0, sink.Waiting);

        var delivery = await rig.UntilAsync(sink.NextAsync().AsTask());
        Assert.Equal(15, delivery.Items);
        delivery.Accept();

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 15));
        rig.Stop();
        await rig.UntilAsync(rig.Run);
        Assert.Equal((15, 0), (rig.Engine.Status().Sinks[0].Delivered, rig.Memory.Used));
    }

    [Fact]
    public async Task A_full_request_does_not_linger()
    {
        await using var rig = Start(Second, out var sink, out _);
        var lease = rig.Assign(1);
        for (var i = 0; i < 3; i++)
        {
            var batch = rig.Batch(lease, i * 10, 10);
            await rig.UntilAsync(() => rig.Source.TryPost(batch), TimeSpan.FromTicks(1));
        }

        Assert.Equal(30, (await sink.NextAsync()).Items);
    }

    [Fact]
    public async Task What_is_refused_of_several_batches_becomes_the_dead_letter_of_its_own_record()
    {
        await using var rig = Start(Second, out var sink, out var letters);
        var (lease, other) = (rig.Assign(1), rig.Assign(1, partition: 1));
        await QueueAsync(rig, rig.Batch(lease, 0, 10));
        await QueueAsync(rig, rig.Batch(other, 100, 10));

        var delivery = await rig.UntilAsync(sink.NextAsync().AsTask());
        delivery.Reject(3, 14);

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 10));
        await rig.UntilAsync(rig.Source.CommittedAsync(other, 110));
        Assert.Equal([(0, 3L), (1, 104L)], letters.All.Select(static letter => (letter.Partition.Partition, letter.Offset)).Order());
        Assert.Equal((18, 2), (rig.Engine.Status().Sinks[0].Delivered, rig.Engine.Status().Sinks[0].DeadLetters));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_linger()
    {
        await using var rig = Start(Second with { Linger = TimeSpan.FromDays(1) }, out var sink, out _);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        rig.Stop();

        var delivery = await rig.UntilAsync(sink.NextAsync().AsTask());
        delivery.Accept();

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public void Items_of_several_batches_lie_in_one_body_in_order()
    {
        var lease = EngineBatches.Lease(1);
        var (first, second) = (Encode(EngineBatches.Of(lease, 10, 2)), Encode(EngineBatches.Of(lease, 98, 3)));
        using var all = new EncodedBatch(first.Source, 1);

        all.Append(first, 0);
        all.Append(second, 2);

        Assert.Equal([0, 1, 2, 3, 4], all.Items.ToArray().Select(static item => item.Record));
        Assert.Equal("10119899100"u8, all.Slice(0, all.Length).Span);
        Assert.Equal("100"u8, all.Value(all.Items[4]).Span);
        first.Dispose();
        second.Dispose();
    }

    /// <summary>Posts a batch and waits until the sink's lane has it; the linger's clock hardly moves meanwhile.</summary>
    private static Task QueueAsync(EngineRig rig, EventBatch batch)
    {
        var before = rig.Engine.Status().Sinks[0].QueuedBytes;
        rig.Source.Post(batch);
        return rig.UntilAsync(() => rig.Engine.Status().Sinks[0].QueuedBytes > before, TimeSpan.FromTicks(1));
    }

    private static EncodedBatch Encode(EventBatch batch)
    {
        var encoded = new EncodedBatch(batch, 1);
        for (var i = 0; i < batch.Count; i++)
        {
            batch.Value(i).CopyTo(encoded.Reserve(batch.Value(i).Length));
            encoded.Commit(i, batch.Value(i).Length);
        }

        batch.Release();
        return encoded;
    }

    private static EngineRig Start(GatherOptions gather, out CountingSink sink, out RecordingDeadLetters letters)
    {
        var time = EngineRig.NewTime();
        sink = new CountingSink("a", time);
        letters = new RecordingDeadLetters();
        return EngineRig.Start(time, [sink], deadLetters: letters, slot: slot => slot with { Gather = gather });
    }

    /// <summary>A sink whose answers the test gives; it looks at items only, as sinks that gather do.</summary>
    private sealed class CountingSink(string name, TimeProvider time) : IEventSink
    {
        private readonly System.Threading.Channels.Channel<Delivery> _asked = System.Threading.Channels.Channel.CreateUnbounded<Delivery>();

        public string Name => name;

        public SinkHealth Health { get; } = new(time);

        public int Waiting => _asked.Reader.Count;

        public ValueTask<Delivery> NextAsync() => _asked.Reader.ReadAsync();

        public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
        {
            var delivery = new Delivery(batch.Count);
            _asked.Writer.TryWrite(delivery);
            return await delivery.Answer.WaitAsync(cancellation);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Delivery(int items)
    {
        private readonly TaskCompletionSource<IReadOnlyList<RejectedRecord>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Items => items;

        public Task<IReadOnlyList<RejectedRecord>> Answer => _answer.Task;

        public void Accept() => _answer.SetResult([]);

        public void Reject(params int[] records) => _answer.SetResult([.. records.Select(static record => new RejectedRecord(record, DeadLetterReason.HecRejected, "refused by the test", 1))]);
    }
}
