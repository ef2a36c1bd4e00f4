using StreamEnricher.Core.Batches;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>
/// I7: a slow, failing or hanging sink is detached, the others go on (peers 13, 14: one sink's 504s stall every other), nothing is dropped, and no memory is kept for
/// what waits (peers 16, 17, 18: a backlog of requests, a disk buffer).
/// </summary>
public sealed class DetachTests
{
    [Fact]
    public async Task A_sink_that_holds_up_the_others_is_detached_and_they_go_on()
    {
        await using var rig = IsolationRig.Start();
        var begun = rig.Rig.Time.GetTimestamp();

        await rig.DetachAsync();
        await rig.ReadAsync(20);
        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 240);

        Assert.True(rig.Rig.Time.GetElapsedTime(begun) >= IsolationRig.DetachAfter);
        Assert.False(rig.SlowStatus.Attached);
        Assert.Equal(0, rig.SlowStatus.QueuedBatches);
        Assert.Equal(0, rig.CatchUp.Waiting);
    }

    [Fact]
    public async Task The_main_group_stays_where_the_detached_sink_is()
    {
        await using var rig = IsolationRig.Start();
        await rig.DetachAsync();
        await rig.Rig.UntilAsync(() => rig.Rig.Source.Committed(rig.Lease)?.BySink[0] == 40);

        Assert.Equal(0, rig.Rig.Source.Committed(rig.Lease)!.All);
    }

    [Fact]
    public async Task What_waits_for_a_detached_sink_is_let_go_and_its_memory_comes_back()
    {
        await using var rig = IsolationRig.Start();

        var delivery = await rig.DetachAsync();
        Assert.True(rig.Rig.Memory.Used > 0);
        delivery.Accept();
        await rig.SettledAsync(10);

        Assert.Equal(0, rig.SlowStatus.QueuedBytes);
        Assert.Equal(0, rig.Rig.Memory.Used);
    }

    [Fact]
    public async Task What_is_being_delivered_counts_and_the_sinks_own_reader_begins_behind_it()
    {
        await using var rig = IsolationRig.Start();
        var delivery = await rig.DetachAsync();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], delivery.Offsets);

        delivery.Accept();
        var run = await rig.NextRunAsync();

        Assert.Equal(1, run.Sink);
        Assert.Equal((10, PartitionLease.Never), (run.Partition.From, run.Partition.Until));
        Assert.Equal([PartitionLease.Never, 0], run.Partition.Lease.SinkStarts);
    }

    [Fact]
    public async Task A_detached_sink_gets_from_its_own_reader_what_the_main_flow_has_passed()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();

        await rig.CatchUpAsync(run, 10, 10);
        await rig.SettledAsync(20);

        Assert.Equal(20, rig.Rig.Source.Committed(rig.Lease)!.All);
        Assert.All(rig.Good.Counts, static record => Assert.Equal(1, record.Value));
    }

    [Fact]
    public async Task The_last_sink_that_is_attached_stays_so_however_slow_it_is()
    {
        await using var rig = IsolationRig.Start(new FakeEnricher(2) { Wants = static (sink, _) => sink == 1 });
        rig.Rig.Engine.PauseSink("good");
        await rig.Rig.UntilAsync(() => !rig.Rig.Engine.Status().Sinks[0].Attached);

        await rig.ReadAsync(4);
        var begun = rig.Rig.Time.GetTimestamp();
        await rig.Rig.UntilAsync(() => rig.Rig.Time.GetElapsedTime(begun) > TimeSpan.FromMinutes(1));

        Assert.True(rig.SlowStatus.Attached);
    }

    [Fact]
    public async Task A_record_refused_before_the_fan_out_becomes_one_dead_letter_although_the_detached_sink_reads_it_again()
    {
        await using var rig = IsolationRig.Start(new FakeEnricher(2) { Refuses = static record => record.Offset == 12 ? "malformed_json" : null });
        await rig.ReadAsync();
        var delivery = await rig.Slow.NextAsync();
        await rig.ReadAsync(3);
        await rig.Rig.UntilAsync(() => !rig.SlowStatus.Attached);
        delivery.Accept();
        var run = await rig.NextRunAsync();

        await rig.CatchUpAsync(run, 10, 10);
        await rig.SettledAsync(20);

        Assert.Equal(("*", 12), (Assert.Single(rig.Letters.All).Sink, rig.Letters.All.Single().Offset));
    }

    [Fact]
    public async Task A_reader_that_fails_is_started_again_where_it_was()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();
        await rig.CatchUpAsync(run, 10, 10);

        run.Fail(new IOException("the broker is gone"));
        var again = await rig.NextRunAsync();

        Assert.Equal(20, again.Partition.From);
    }

    [Fact]
    public async Task A_reader_that_leaves_something_out_is_refused()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();
        var batch = rig.Rig.Batch(run.Partition.Lease, 11, 9);

        var error = Assert.Throws<ArgumentException>(() => run.TryPost(batch));

        Assert.StartsWith("t/0: sink 1 was to read on at 10, and the range 11 to 20 was posted.", error.Message, StringComparison.Ordinal);
        batch.Release();
    }

    [Fact]
    public void A_sink_that_does_not_exist_cannot_be_paused()
    {
        var rig = IsolationRig.Start();

        var error = Assert.Throws<ArgumentException>(() => rig.Rig.Engine.PauseSink("splunk"));

        Assert.StartsWith("There is no sink splunk; there are good, slow.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_sink_gets_nothing_until_it_is_resumed_and_goes_on_where_it_stood()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Engine.PauseSink("slow");
        await rig.Rig.UntilAsync(() => rig.SlowStatus is { Attached: false, Paused: true });
        await rig.ReadAsync(5);
        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 50);
        rig.Rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (rig.Slow.Waiting, rig.CatchUp.Waiting));

        rig.Rig.Engine.ResumeSink("slow");
        var run = await rig.NextRunAsync();
        await rig.CatchUpAsync(run, 0, 10);
        await rig.SettledAsync(10);

        Assert.False(rig.SlowStatus.Paused);
    }
}
