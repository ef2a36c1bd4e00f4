using StreamEnricher.Core.Sources;

namespace StreamEnricher.UnitTests.Engine.Isolation;

/// <summary>What becomes of what a sink has in hand when it is detached.</summary>
public sealed class LeaveTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_delivery_that_never_ends_is_given_up_and_the_sinks_own_reader_brings_it_again()
    {
        await using var rig = IsolationRig.Start(options: IsolationRig.Options with { LeaveTimeout = Limit });
        await rig.DetachAsync();
        Assert.True(rig.Rig.Memory.Used > 0);

        await rig.PassAsync(Limit - TimeSpan.FromSeconds(1));
        Assert.Equal(0, rig.CatchUp.Waiting);
        var run = await rig.NextRunAsync();

        Assert.Equal(0, run.Partition.From);
        Assert.Equal(0, rig.Rig.Memory.Used);
        await rig.CatchUpAsync(run, 0, 10);
        await rig.SettledAsync(10);
    }

    [Fact]
    public async Task What_was_delivered_above_a_gap_is_not_delivered_again()
    {
        await using var rig = IsolationRig.Start(options: IsolationRig.Options with { LeaveTimeout = Limit }, workers: 2);
        await rig.ReadAsync();
        await rig.Slow.NextAsync();
        await rig.ReadAsync();
        (await rig.Slow.NextAsync()).Accept();
        await rig.ReadAsync(1);
        await rig.Slow.NextAsync();
        await rig.ReadAsync(2);
        await rig.Rig.UntilAsync(() => !rig.SlowStatus.Attached);
        var run = await rig.NextRunAsync();

        Assert.Equal([new OffsetRange(10, 20)], run.Partition.Has);
        await rig.PostAsync(run, 0, 30);
        var again = await rig.Slow.NextAsync();

        Assert.Equal([.. Enumerable.Range(0, 10).Select(static i => (long)i), .. Enumerable.Range(20, 10).Select(static i => (long)i)], again.Offsets);
        again.Accept();
        await rig.SettledAsync(30);
    }
}
