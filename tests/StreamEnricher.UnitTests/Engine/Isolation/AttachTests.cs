using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>A detached sink that has caught up is served by the main flow again, without a gap and without an event twice.</summary>
public sealed class AttachTests
{
    [Fact]
    public async Task A_sink_that_has_caught_up_joins_where_the_main_flow_is_and_its_reader_goes_on_to_there()
    {
        await using var rig = IsolationRig.Start();
        var last = await JoinAsync(rig);

        Assert.True(rig.SlowStatus.Attached);
        Assert.Equal((20, 40), (last.Partition.From, last.Partition.Until));
        Assert.Equal([0, 40], rig.Lease.SinkStarts);
    }

    [Fact]
    public async Task While_it_joins_both_flows_deliver_and_its_progress_stays_a_prefix()
    {
        await using var rig = IsolationRig.Start();
        var last = await JoinAsync(rig);
        await rig.ReadAsync();
        var main = await rig.Slow.NextAsync();
        Assert.Equal(40, main.Offsets[0]);

        main.Accept();
        await rig.Rig.UntilAsync(() => rig.Rig.Source.Committed(rig.Lease)?.BySink[0] == 50);
        Assert.Equal(20, rig.Settled);
        await rig.CatchUpAsync(last, 20, 20);
        last.End();
        await rig.SettledAsync(50);

        Assert.Equal([0, 40], rig.Lease.SinkStarts);
        Assert.Equal(0, rig.CatchUp.Waiting);
    }

    [Fact]
    public async Task A_sink_that_holds_up_the_flow_again_is_detached_again_and_reads_on_from_its_prefix()
    {
        await using var rig = IsolationRig.Start();
        var last = await JoinAsync(rig);
        await rig.CatchUpAsync(last, 20, 20);
        last.End();
        await rig.SettledAsync(40);

        await rig.ReadAsync();
        var delivery = await rig.Slow.NextAsync();
        await rig.ReadAsync(3);
        await rig.Rig.UntilAsync(() => !rig.SlowStatus.Attached);
        delivery.Accept();
        var run = await rig.NextRunAsync();

        Assert.Equal((50, PartitionLease.Never), (run.Partition.From, run.Partition.Until));
    }

    [Fact]
    public async Task A_sink_that_starts_far_behind_begins_detached_and_the_main_flow_does_not_read_for_it()
    {
        await using var rig = IsolationRig.Start(starts: [1000, 100]);

        var run = await rig.NextRunAsync();

        Assert.Equal(100, run.Partition.From);
        Assert.False(rig.SlowStatus.Attached);
        Assert.Equal(1000, rig.Lease.FirstNeeded);
    }

    [Fact]
    public async Task A_sink_that_starts_a_little_behind_is_served_by_the_main_flow()
    {
        await using var rig = IsolationRig.Start(starts: [20, 0]);

        await rig.ReadAsync();
        var delivery = await rig.Slow.NextAsync();

        Assert.Equal(0, delivery.Offsets[0]);
        Assert.True(rig.SlowStatus.Attached);
        Assert.Equal(0, rig.CatchUp.Waiting);
    }

    [Fact]
    public async Task Of_records_from_before_this_run_the_detached_sink_writes_the_dead_letters_under_its_own_name()
    {
        await using var rig = IsolationRig.Start(
            new Testing.Engine.FakeEnricher(2) { Refuses = static record => record.Offset == 105 ? "malformed_json" : null }, starts: [1000, 100]);
        var run = await rig.NextRunAsync();

        await rig.CatchUpAsync(run, 100, 10);
        await rig.SettledAsync(110);

        Assert.Equal(("slow", 105), (Assert.Single(rig.Letters.All).Sink, rig.Letters.All.Single().Offset));
    }

    [Fact]
    public async Task A_partition_that_goes_elsewhere_leaves_with_the_detached_sinks_place_and_its_late_completions_change_nothing()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();
        await rig.PostAsync(run, 10, 10);
        var late = await rig.Slow.NextAsync();

        var progress = Assert.Single(rig.Rig.Source.Revoke(rig.Lease));
        await rig.Rig.UntilAsync(() => run.HasEnded);
        late.Accept();
        rig.Assign([40, 40]);
        await rig.ReadAsync();
        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 50);

        Assert.Equal([40, 10], progress.BySink);
        Assert.True(run.Partition.Lease.Revoked);
        Assert.True(rig.Settled is -1 or 40 or 50, $"{rig.Settled}");
    }

    [Fact]
    public async Task A_partition_that_comes_is_read_for_a_detached_sink_from_its_own_place_by_a_new_reader()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();

        rig.Assign([700, 300], partition: 1);
        var next = await rig.NextRunAsync();

        Assert.True(run.HasEnded);
        Assert.Equal([(0, 10L), (1, 300L)], next.Partitions.Select(static partition => (partition.Lease.Partition, partition.From)).Order());
        Assert.Equal([700, PartitionLease.Never], rig.Lease.SinkStarts);
    }

    [Fact]
    public async Task A_stop_ends_the_reader_and_commits_the_detached_sinks_place()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();
        await rig.CatchUpAsync(run, 10, 10);

        rig.Rig.Stop();

        Assert.Equal(EngineResult.Drained, await rig.Rig.UntilAsync(rig.Rig.Run));
        Assert.True(run.HasEnded);
        Assert.Equal([40, 20], rig.Rig.Source.Committed(rig.Lease)!.BySink);
        Assert.Equal(0, rig.Rig.Memory.Used);
    }

    [Fact]
    public async Task A_stop_does_not_wait_long_for_a_detached_sink_that_hangs_and_counts_as_drained()
    {
        await using var rig = IsolationRig.Start(options: IsolationRig.Options with { DetachedDrainTimeout = TimeSpan.FromSeconds(5) });
        await rig.DetachAsync();
        var begun = rig.Rig.Time.GetTimestamp();

        rig.Rig.Stop();

        Assert.Equal(EngineResult.Drained, await rig.Rig.UntilAsync(rig.Rig.Run));
        Assert.InRange(rig.Rig.Time.GetElapsedTime(begun), TimeSpan.FromSeconds(5), IsolationRig.Options.DrainTimeout);
        Assert.Equal([40, 0], rig.Rig.Source.Committed(rig.Lease)!.BySink);
    }

    [Fact]
    public async Task Exit_at_end_waits_until_a_detached_sink_has_got_there_on_its_own()
    {
        await using var rig = IsolationRig.Start(options: IsolationRig.Options with { ExitAtEnd = true });
        var delivery = await rig.DetachAsync();
        rig.Rig.Source.EndOffsets = new Dictionary<TopicPartitionName, long> { [new("t", 0)] = 40 };
        rig.Rig.Source.End();
        rig.Rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(rig.Rig.Run.IsCompleted);

        delivery.Accept();
        var run = await rig.NextRunAsync();
        Assert.Equal((10, 40), (run.Partition.From, run.Partition.Until));
        await rig.CatchUpAsync(run, 10, 30);
        run.End();

        Assert.Equal(EngineResult.Drained, await rig.Rig.UntilAsync(rig.Rig.Run));
        Assert.Equal([40, 40], rig.Rig.Source.Committed(rig.Lease)!.BySink);
    }

    [Fact]
    public async Task Exit_at_end_does_not_wait_for_a_paused_sink_and_says_that_the_end_was_not_reached()
    {
        await using var rig = IsolationRig.Start(options: IsolationRig.Options with { ExitAtEnd = true });
        rig.Rig.Engine.PauseSink("slow");
        await rig.Rig.UntilAsync(() => !rig.SlowStatus.Attached);
        await rig.ReadAsync();
        rig.Rig.Source.EndOffsets = new Dictionary<TopicPartitionName, long> { [new("t", 0)] = 10 };

        rig.Rig.Source.End();

        Assert.Equal(EngineResult.Incomplete, await rig.Rig.UntilAsync(rig.Rig.Run));
    }

    /// <summary>Detaches the slow sink at 40, lets it read up to 20, which is near enough, and gives the run that reads the rest while it joins.</summary>
    private static async Task<Testing.Engine.CatchUpRun> JoinAsync(IsolationRig rig)
    {
        (await rig.DetachAsync()).Accept();
        var first = await rig.NextRunAsync();
        await rig.CatchUpAsync(first, 10, 10);
        var last = await rig.NextRunAsync();
        Assert.True(first.HasEnded);
        return last;
    }
}
