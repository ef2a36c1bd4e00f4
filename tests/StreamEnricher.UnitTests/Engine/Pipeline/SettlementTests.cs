using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class SettlementTests
{
    [Fact]
    [Trait("Complaint", "vectordotdev/vector#24215")]
    public async Task Nothing_is_committed_above_a_batch_that_is_under_way_though_later_ones_are_settled()
    {
        // I1
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], workers: 2);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        var first = await sink.NextAsync();
        rig.Source.Post(rig.Batch(lease, 10, 10));
        var second = await sink.NextAsync();

        second.Accept();
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].Delivered == 10);
        Assert.Equal(0, Assert.Single(rig.Source.Revoke(lease)).All);
        first.Accept();
        rig.Stop();

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task Each_sink_is_committed_as_far_as_it_got_and_the_group_as_far_as_the_slowest()
    {
        var time = EngineRig.NewTime();
        var (fast, slow) = (new RecordingSink("fast", time), new SteppedSink("slow", time));
        await using var rig = EngineRig.Start(time, [fast, slow]);
        var lease = rig.Assign(2);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        var delivery = await slow.NextAsync();

        await rig.UntilAsync(() => rig.Source.Committed(lease)?.BySink[0] == 10);
        Assert.Equal([10, 0], rig.Source.Committed(lease)!.BySink);
        Assert.Equal(0, rig.Source.Committed(lease)!.All);
        delivery.Accept();

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 10));
    }

    [Fact]
    public async Task A_sink_that_gets_nothing_of_a_batch_has_settled_it()
    {
        var time = EngineRig.NewTime();
        var sinks = new[] { new RecordingSink("all", time), new RecordingSink("none", time) };
        await using var rig = EngineRig.Start(time, sinks, new FakeEnricher(2) { Wants = static (sink, _) => sink == 0 }.EnrichAsync);
        var lease = rig.Assign(2);

        rig.Source.Post(rig.Batch(lease, 0, 10));

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 10));
        Assert.Empty(sinks[1].Counts);
        Assert.Equal(10, sinks[0].Counts.Count);
    }

    [Fact]
    public async Task A_batch_of_offsets_without_records_moves_progress()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        var lease = rig.Assign(1);
        var batch = EngineBatches.New(1);
        batch.Advance(lease, 0, 25);

        rig.Source.Post(batch);

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 25));
    }

    [Fact]
    public async Task A_batch_of_several_partitions_settles_each()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        var (first, second) = (rig.Assign(1, 0), rig.Assign(1, 1, start: 100));
        var batch = EngineBatches.New(20);
        EngineBatches.Append(batch, first, 0, 10);
        EngineBatches.Append(batch, second, 100, 10);

        rig.Source.Post(batch);

        await rig.UntilAsync(rig.Source.CommittedAsync(first, 10));
        await rig.UntilAsync(rig.Source.CommittedAsync(second, 110));
    }

    [Fact]
    public async Task A_late_completion_of_a_revoked_partition_moves_nothing_though_the_partition_came_back()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink]);
        var old = rig.Assign(1);
        rig.Source.Post(rig.Batch(old, 0, 10));
        var late = await sink.NextAsync();

        Assert.Equal(0, Assert.Single(rig.Source.Revoke(old)).All);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        var current = await sink.NextAsync();
        late.Accept();
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].Delivered == 10);
        await rig.UntilAsync(() => rig.Source.Committed(lease) is not null);
        Assert.Equal(0, rig.Source.Committed(lease)!.All);
        current.Accept();

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 10));
    }

    [Fact]
    public async Task A_batch_whose_partitions_all_went_elsewhere_is_not_delivered_by_us()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], workers: 1);
        var (gone, stays) = (rig.Assign(1, 0), rig.Assign(1, 1));
        rig.Source.Post(rig.Batch(stays, 0, 1));
        var busy = await sink.NextAsync();
        rig.Source.Post(rig.Batch(gone, 100, 1));
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].QueuedBatches == 1);
        rig.Source.Post(rig.Batch(stays, 1, 1));
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].QueuedBatches == 2);

        rig.Source.Revoke(gone);
        busy.Accept();
        var next = await sink.NextAsync();

        Assert.Equal([1], next.Offsets);
        next.Accept();
        await rig.UntilAsync(rig.Source.CommittedAsync(stays, 2));
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_source_that_posts_out_of_order_fails_the_run_instead_of_skipping_records()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 10, 10));

        Assert.Throws<ArgumentException>(() => rig.Source.TryPost(rig.Batch(lease, 0, 10)));
    }

    [Fact]
    public async Task A_full_pipeline_refuses_at_once_and_takes_the_same_batch_later()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], workers: 1, options: EngineRig.Options with { Parallelism = 1, QueueCapacity = 1 });
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 1));
        var first = await sink.NextAsync();
        var posted = 1;
        EventBatch? refused = null;
        await rig.UntilAsync(() =>
        {
            var batch = refused ?? rig.Batch(lease, posted, 1);
            refused = rig.Source.TryPost(batch) ? null : batch;
            posted += refused is null ? 1 : 0;

            // One is being sent, one is queued, one waits for room in the queue, one waits in the block.
            return posted == 4 && refused is not null;
        });

        Assert.False(rig.Source.TryPost(refused!));
        first.Accept();
        await rig.UntilAsync(() => rig.Source.TryPost(refused!));
        for (var offset = 1; offset <= 4; offset++)
        {
            (await sink.NextAsync()).Accept();
        }

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 5));
        await rig.UntilAsync(() => rig.Memory.Used == 0);
    }

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#20496")]
    public async Task A_full_sink_does_not_keep_a_batch_from_the_sinks_behind_it()
    {
        var time = EngineRig.NewTime();
        var (stuck, free) = (new SteppedSink("stuck", time), new RecordingSink("free", time));
        await using var rig = EngineRig.Start(time, [stuck, free], workers: 1, options: EngineRig.Options with { Parallelism = 1, QueueCapacity = 1 });
        var lease = rig.Assign(2);

        for (var offset = 0; offset < 3; offset++)
        {
            await rig.UntilAsync(PostAsync(rig, lease, offset));
        }

        await rig.UntilAsync(() => free.Counts.Count == 3);
        Assert.Equal(1, stuck.Waiting);
        rig.Abort();
        await rig.UntilAsync(rig.Run);
    }

    [Fact]
    [Trait("Complaint", "open-telemetry/opentelemetry-collector-contrib#5665")]
    public async Task Bytes_in_flight_stay_under_the_budget_with_a_sink_that_does_not_move()
    {
        // I4: batches of 4 KiB grow to what their bodies take; the source asks before it forms each.
        var time = EngineRig.NewTime();
        var (stuck, free) = (new SteppedSink("stuck", time), new RecordingSink("free", time));
        await using var rig = EngineRig.Start(
            time, [stuck, free], new FakeEnricher(2) { ItemBytes = 1000 }.EnrichAsync, options: EngineRig.Options with { QueueCapacity = 100, QueueBytes = 256 << 10 });
        var lease = rig.Assign(2);
        var posted = 0;
        EventBatch? refused = null;
        await rig.UntilAsync(() =>
        {
            var batch = refused ?? rig.Batch(lease, posted * 10, 10);
            refused = rig.Source.TryPost(batch) ? null : batch;
            posted += refused is null ? 1 : 0;

            // The stuck sink's share cannot take one more body, and what is behind it has come to a stand.
            return refused is not null && rig.Engine.Status().Sinks[0].QueuedBytes > (256 << 10) - (20 << 10) && free.Counts.Count == (posted - 2) * 10;
        });
        refused!.Release();

        Assert.InRange(posted, 4, 100);
        Assert.InRange(rig.Engine.Status().Sinks[0].QueuedBytes, 1, 256 << 10);
        Assert.InRange(rig.Memory.Used, 1, 1 << 20);
        rig.Abort();
        Assert.Equal(EngineResult.Aborted, await rig.UntilAsync(rig.Run));
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_sink_that_is_done_gives_its_part_of_the_memory_back_while_another_still_holds_the_batch()
    {
        var time = EngineRig.NewTime();
        var (slow, fast) = (new SteppedSink("slow", time), new SteppedSink("fast", time));
        await using var rig = EngineRig.Start(time, [slow, fast], new FakeEnricher(2) { ItemBytes = 10_000 }.EnrichAsync);
        var lease = rig.Assign(2);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        var (last, first) = (await slow.NextAsync(), await fast.NextAsync());
        var both = rig.Memory.Used;

        first.Accept();
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[1].QueuedBytes == 0);
        Assert.InRange(rig.Memory.Used, 100_000, both - 100_000);
        last.Accept();

        await rig.UntilAsync(() => rig.Memory.Used == 0);
    }

    [Fact]
    [Trait("Complaint", "open-telemetry/opentelemetry-collector-contrib#37136")]
    public async Task A_sink_that_throws_gets_the_batch_again_and_nothing_is_committed_meanwhile()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink]);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 2));

        (await sink.NextAsync()).Throw(new InvalidOperationException("bug"));
        await rig.UntilAsync(() => sink.Waiting == 1);
        Assert.Equal(0, rig.Source.Committed(lease)?.All ?? 0);
        Assert.Equal("unexpected InvalidOperationException, see the log", sink.Health.LastError);

        // A time-out that nobody asked for is no cancellation.
        (await sink.NextAsync()).Throw(new TaskCanceledException("time-out"));
        await rig.UntilAsync(() => sink.Waiting == 1);
        var third = await sink.NextAsync();
        Assert.Equal([0, 1], third.Offsets);
        third.Accept();

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 2));
    }

    [Fact]
    public async Task A_sink_is_not_sent_what_it_had_before_the_assignment()
    {
        var time = EngineRig.NewTime();
        var sinks = new[] { new RecordingSink("behind", time), new RecordingSink("ahead", time) };
        await using var rig = EngineRig.Start(time, sinks);
        var lease = new PartitionLease("source", "t", 0, [0, 7]);
        rig.Source.Assign(lease);

        rig.Source.Post(rig.Batch(lease, 0, 10));

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 10));
        Assert.Equal(10, sinks[0].Counts.Count);
        Assert.Equal([7L, 8, 9], sinks[1].Counts.Keys.Select(static key => key.Offset).Order());
    }

    private static async Task PostAsync(EngineRig rig, PartitionLease lease, long offset)
    {
        var batch = rig.Batch(lease, offset, 1);
        while (!rig.Source.TryPost(batch))
        {
            await Task.Yield();
        }
    }
}
