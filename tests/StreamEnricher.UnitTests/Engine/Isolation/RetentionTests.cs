using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Sources;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>What a sink does not take before its topic deletes it becomes dead letters; nothing else does.</summary>
public sealed class RetentionTests
{
    private static readonly TopicPartitionName Partition = new("t", 0);

    [Fact]
    public async Task What_a_held_sink_would_lose_becomes_its_dead_letters_and_the_rest_waits()
    {
        await using var rig = IsolationRig.Start();
        await rig.ReadAsync();
        await rig.Slow.NextAsync();
        rig.Slow.Health.Hold("401");
        rig.Rig.Source.Retention = Below(7);

        var run = await rig.NextRunAsync();
        Assert.Equal((0, 7), (run.Partition.From, run.Partition.Until));
        await rig.PostAsync(run, 0, 7);
        run.End();
        await rig.SettledAsync(7);

        Assert.Equal(Enumerable.Range(0, 7).Select(static i => ("slow", DeadLetterReason.Retention, (long)i)), rig.Letters.All.Select(static letter => (letter.Sink, letter.Reason, letter.Offset)));
        Assert.Equal((7, 7), (rig.SlowStatus.DeadLetters, (await rig.NextRunAsync()).Partition.From));
        await rig.Rig.UntilAsync(() => rig.Good.Counts.Count == 10);
    }

    [Fact]
    public async Task A_paused_sink_loses_nothing_either_and_stays_paused()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Engine.PauseSink("slow");
        await rig.Rig.UntilAsync(() => !rig.SlowStatus.Attached);
        await rig.ReadAsync();
        rig.Rig.Source.Retention = Below(5);

        var run = await rig.NextRunAsync();
        await rig.PostAsync(run, 0, 5);
        run.End();
        await rig.SettledAsync(5);
        await rig.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((0, true, 5), (rig.CatchUp.Waiting, rig.SlowStatus.Paused, rig.Letters.All.Count));
    }

    [Fact]
    public async Task A_sink_that_has_taken_nothing_for_a_minute_counts_as_one_that_does_not_move()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Source.Retention = Below(10);
        await rig.ReadAsync();
        await rig.Slow.NextAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(0, rig.CatchUp.Waiting);

        var run = await rig.NextRunAsync();

        Assert.Equal((0, 10), (run.Partition.From, run.Partition.Until));
    }

    [Fact]
    public async Task A_sink_that_moves_gets_even_what_is_older_than_the_retention()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Source.Retention = Below(1000);
        for (var batch = 1; batch <= 5; batch++)
        {
            await rig.ReadAsync();
            await rig.PassAsync(TimeSpan.FromSeconds(1));
            (await rig.Slow.NextAsync()).Accept();

            // In small steps: the clock must not run ahead by a minute.
            await rig.Rig.UntilAsync(() => rig.Settled == batch * 10, TimeSpan.FromMilliseconds(1));
        }

        Assert.Empty(rig.Letters.All);
        Assert.True(rig.SlowStatus.Attached);
    }

    [Fact]
    public async Task What_the_sink_does_not_want_becomes_no_dead_letter()
    {
        await using var rig = IsolationRig.Start(new FakeEnricher(2) { Wants = static (sink, record) => sink == 0 || record.Offset % 2 == 0 });
        await rig.ReadAsync();
        await rig.Slow.NextAsync();
        rig.Slow.Health.Hold("401");
        rig.Rig.Source.Retention = Below(10);

        var run = await rig.NextRunAsync();
        await rig.PostAsync(run, 0, 10);
        await rig.SettledAsync(10);

        Assert.Equal([0, 2, 4, 6, 8], rig.Letters.All.Select(static letter => letter.Offset));
    }

    [Fact]
    public async Task The_status_warns_before_it_comes_to_that()
    {
        await using var rig = IsolationRig.Start();
        rig.Rig.Source.Retention = RetentionReport.None with
        {
            Sinks = [new SinkRetention(1, Partition, TimeSpan.FromMinutes(90), IsShort: true), new SinkRetention(0, Partition, TimeSpan.FromDays(7), IsShort: false)],
        };

        var status = rig.Rig.Engine.Status();

        Assert.True(status.Ready);
        Assert.Equal("the sink slow is so far behind that t/0 may delete what it has not taken in 90 min", Assert.Single(status.Warnings));
    }

    private static RetentionReport Below(long offset) => new(new Dictionary<TopicPartitionName, long> { [Partition] = offset }, []);
}
