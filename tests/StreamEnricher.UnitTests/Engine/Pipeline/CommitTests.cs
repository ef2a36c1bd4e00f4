using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class CommitTests
{
    [Fact]
    public async Task Progress_is_committed_at_each_interval_also_when_nothing_moved()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        var lease = rig.Assign(1, start: 7);
        Assert.Empty(rig.Source.Commits);

        time.Advance(TimeSpan.FromMilliseconds(200));
        await rig.Source.CommittedAsync(lease, 7);
        var before = rig.Source.Commits.Count;

        await rig.UntilAsync(() => rig.Source.Commits.Count > before + 2, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_commit_that_fails_is_made_good_by_the_next_and_shows_in_the_status_until_then()
    {
        var time = EngineRig.NewTime();
        var source = new ManualSource();
        var fails = true;
        source.BeforeCommit = _ => Volatile.Read(ref fails) ? throw new IOException("no coordinator") : Task.CompletedTask;
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], source: source);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));

        await rig.UntilAsync(() => rig.Engine.Status().Problems.Count > 0);
        Assert.Equal(["progress cannot be committed: no coordinator"], rig.Engine.Status().Problems);
        Volatile.Write(ref fails, false);
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 5));

        await rig.UntilAsync(() => rig.Engine.Status().Ready);
    }

    [Fact]
    public async Task Commits_are_made_one_at_a_time()
    {
        var time = EngineRig.NewTime();
        var source = new ManualSource();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (atOnce, most, calls) = (0, 0, 0);
        source.BeforeCommit = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            Interlocked.Increment(ref calls);
            await open.Task;
            Interlocked.Decrement(ref atOnce);
        };
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], source: source);
        rig.Assign(1);
        await rig.UntilAsync(() => Volatile.Read(ref calls) == 1);
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        open.SetResult();
        await rig.UntilAsync(() => Volatile.Read(ref calls) > 2);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_last_commit_that_fails_makes_the_run_incomplete()
    {
        var time = EngineRig.NewTime();
        var source = new ManualSource { BeforeCommit = static _ => throw new IOException("no coordinator") };
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], source: source);
        rig.Assign(1);
        rig.Stop();
        Assert.Equal(EngineResult.Incomplete, await rig.UntilAsync(rig.Run));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_last_commit_that_hangs_is_given_up(bool ignoresCancellation)
    {
        var time = EngineRig.NewTime();
        var source = new ManualSource
        {
            BeforeCommit = cancellation => Task.Delay(Timeout.Infinite, ignoresCancellation ? CancellationToken.None : cancellation),
        };
        var options = EngineRig.Options with { LetGoTimeout = TimeSpan.FromSeconds(2), LastCommitTimeout = TimeSpan.FromSeconds(5) };
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], source: source, options: options);
        rig.Assign(1);
        time.Advance(TimeSpan.FromSeconds(1));
        rig.Stop();
        Assert.Equal(EngineResult.Incomplete, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task Before_an_assignment_nothing_is_committed()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        time.Advance(TimeSpan.FromSeconds(10));
        rig.Stop();
        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
        Assert.Empty(rig.Source.Commits);
    }
}
