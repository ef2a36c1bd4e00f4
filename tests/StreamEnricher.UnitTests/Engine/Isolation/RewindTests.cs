using StreamEnricher.Core.Sources;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>A sink of a running pipeline begins anew at another place.</summary>
public sealed class RewindTests
{
    private static readonly TopicPartitionName Partition = new("t", 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sink_that_is_rewound_gets_everything_behind_the_place_again_and_the_others_get_nothing_twice()
    {
        await using var rig = IsolationRig.Start();
        await rig.ReadAsync(2);
        (await rig.Slow.NextAsync()).Accept();
        (await rig.Slow.NextAsync()).Accept();
        await rig.SettledAsync(20);

        await rig.Rig.UntilAsync(rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long> { [Partition] = 5 }, Stop));
        Assert.Equal(5, rig.Rig.Engine.Progress().Single().BySink[1]);
        var run = await rig.NextRunAsync();
        Assert.Equal(5, run.Partition.From);
        await rig.CatchUpAsync(run, 5, 15);
        await rig.SettledAsync(20);

        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 20);
        Assert.All(rig.Good.Counts, static record => Assert.Equal(1, record.Value));
        await rig.Rig.UntilAsync(() => rig.SlowStatus.Attached);
    }

    [Fact]
    public async Task What_the_sink_has_in_hand_is_given_up_at_once()
    {
        await using var rig = IsolationRig.Start();
        await rig.ReadAsync();
        await rig.Slow.NextAsync();

        await rig.Rig.UntilAsync(rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long> { [Partition] = 0 }, Stop));
        var run = await rig.NextRunAsync();
        await rig.CatchUpAsync(run, 0, 10);

        await rig.SettledAsync(10);
    }

    [Fact]
    public async Task A_sink_that_reads_on_its_own_is_rewound_too_and_one_that_is_paused_stays_so()
    {
        await using var rig = IsolationRig.Start();
        (await rig.DetachAsync()).Accept();
        var run = await rig.NextRunAsync();
        await rig.CatchUpAsync(run, 10, 10);
        await rig.SettledAsync(20);
        rig.Rig.Engine.PauseSink("slow");

        await rig.Rig.UntilAsync(rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long> { [Partition] = 3 }, Stop));
        await rig.SettledAsync(3);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, rig.CatchUp.Waiting);
        rig.Rig.Engine.ResumeSink("slow");

        Assert.Equal(3, (await rig.NextRunAsync()).Partition.From);
    }

    [Fact]
    public async Task Partitions_without_a_place_stay_where_they_are()
    {
        await using var rig = IsolationRig.Start();
        await rig.ReadAsync();
        (await rig.Slow.NextAsync()).Accept();
        await rig.SettledAsync(10);

        await rig.Rig.UntilAsync(rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long> { [new("t", 7)] = 0 }, Stop));

        Assert.Equal(10, rig.Rig.Engine.Progress().Single().BySink[1]);
    }

    [Fact]
    public async Task A_second_rewind_before_the_first_is_done_is_refused()
    {
        await using var rig = IsolationRig.Start();
        var first = rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long>(), Stop);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long>(), Stop));

        Assert.Equal("The sink slow is being rewound already.", error.Message);
        await rig.Rig.UntilAsync(first);
    }

    [Fact]
    public async Task An_engine_that_has_stopped_rewinds_nothing()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Stop();
        await rig.Rig.UntilAsync(rig.Rig.Run);

        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Rig.Engine.RewindSinkAsync("slow", new Dictionary<TopicPartitionName, long>(), Stop));
    }

    [Fact]
    public async Task A_sink_that_is_paused_from_the_start_gets_nothing_until_it_is_resumed()
    {
        await using var rig = IsolationRig.Start(slot: static slot => slot with { Paused = slot.Sink.Name == "slow" });
        await rig.ReadAsync(3);
        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 30);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0, true, false), (rig.Slow.Waiting, rig.CatchUp.Waiting, rig.SlowStatus.Paused, rig.SlowStatus.Attached));

        rig.Rig.Engine.ResumeSink("slow");
        var run = await rig.NextRunAsync();

        Assert.Equal(0, run.Partition.From);
    }
}
