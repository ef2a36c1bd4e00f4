using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class StopTests
{
    private static readonly EngineOptions Options = EngineRig.Options;
    private static readonly EngineOptions Limited = Options with { DrainTimeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task A_stop_finishes_what_is_in_flight_and_commits_it()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], options: Options);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        var delivery = await sink.NextAsync();

        rig.Stop();
        await rig.UntilAsync(() => rig.Engine.Status().State == EngineState.Draining);
        Assert.False(rig.Run.IsCompleted);
        delivery.Accept();

        Assert.Equal(EngineResult.Drained, await rig.Run);
        Assert.Equal(5, rig.Source.Committed(lease)!.All);
        Assert.Equal(EngineState.Stopped, rig.Engine.Status().State);
        Assert.Equal(0, rig.Memory.Used);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sink_that_hangs_ends_the_drain_at_its_deadline_and_only_the_settled_prefix_is_committed(bool ignoresCancellation)
    {
        var time = EngineRig.NewTime();
        var (good, hanging) = (new RecordingSink("good", time), new SteppedSink("hanging", time) { IgnoresCancellation = ignoresCancellation });
        await using var rig = EngineRig.Start(time, [good, hanging], options: Limited with { LetGoTimeout = ignoresCancellation ? TimeSpan.FromSeconds(2) : Options.LetGoTimeout }, workers: 1);
        var lease = rig.Assign(2);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        (await hanging.NextAsync()).Accept();
        rig.Source.Post(rig.Batch(lease, 5, 5));
        var stuck = await hanging.NextAsync();
        rig.Source.Post(rig.Batch(lease, 10, 5));
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[1].QueuedBatches == 1 && good.Counts.Count == 15);
        var begun = time.GetTimestamp();
        rig.Stop();

        Assert.Equal(EngineResult.DeadlinePassed, await rig.UntilAsync(rig.Run));

        Assert.True(time.GetElapsedTime(begun) >= TimeSpan.FromSeconds(30));
        Assert.Equal([15, 5], rig.Source.Committed(lease)!.BySink);
        Assert.Equal(5, rig.Source.Committed(lease)!.All);
        if (ignoresCancellation)
        {
            // Its answer comes after the end: nobody waits for it, and it changes nothing.
            stuck.Accept();
            await rig.UntilAsync(() => rig.Memory.Used == 0);
        }

        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_sink_that_is_held_is_not_waited_for_and_what_it_did_not_take_stays_in_Kafka()
    {
        var time = EngineRig.NewTime();
        var (good, held) = (new RecordingSink("good", time), new SteppedSink("held", time));
        await using var rig = EngineRig.Start(time, [good, held], options: Options);
        var lease = rig.Assign(2);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        await held.NextAsync();
        await rig.UntilAsync(() => good.Counts.Count == 5);
        held.Health.Hold("401");

        rig.Stop();

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
        Assert.Equal([5, 0], rig.Source.Committed(lease)!.BySink);
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_held_sink_with_a_full_queue_does_not_keep_the_drain_from_finishing_the_others()
    {
        var time = EngineRig.NewTime();
        var (held, good) = (new SteppedSink("held", time), new RecordingSink("good", time));
        await using var rig = EngineRig.Start(time, [held, good], options: Options with { Parallelism = 1, QueueCapacity = 1 }, workers: 1);
        var lease = rig.Assign(2);
        for (var offset = 0; offset < 4; offset++)
        {
            var batch = rig.Batch(lease, offset, 1);
            await rig.UntilAsync(() => rig.Source.TryPost(batch));
        }

        held.Health.Hold("403");
        rig.Stop();

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
        Assert.Equal([0, 4], rig.Source.Committed(lease)!.BySink);
        Assert.Equal(0, rig.Memory.Used);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_second_signal_stops_at_once_and_commits_nothing_more(bool duringDrain)
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        var options = Options with { CommitInterval = TimeSpan.FromDays(1) };
        await using var rig = EngineRig.Start(time, [sink], options: options, workers: 2);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        (await sink.NextAsync()).Accept();
        rig.Source.Post(rig.Batch(lease, 5, 5));
        await sink.NextAsync();
        if (duringDrain)
        {
            rig.Stop();
        }

        rig.Abort();

        // Time stands still: nothing waits for a clock.
        Assert.Equal(EngineResult.Aborted, await rig.Run);
        Assert.Null(rig.Source.Committed(lease));
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task An_enricher_that_waits_is_let_go_at_the_deadline_and_its_batch_stays_in_Kafka()
    {
        var time = EngineRig.NewTime();
        var letters = new RecordingDeadLetters();
        var enricher = new FakeEnricher(1) { Before = static (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation) };
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], enricher.EnrichAsync, letters, Limited);
        var lease = rig.Assign(1);
        for (var offset = 0; offset < 3; offset++)
        {
            var batch = rig.Batch(lease, offset, 1);
            await rig.UntilAsync(() => rig.Source.TryPost(batch));
        }

        rig.Stop();

        Assert.Equal(EngineResult.DeadlinePassed, await rig.UntilAsync(rig.Run));
        Assert.Empty(letters.All);
        Assert.Equal(0, rig.Source.Committed(lease)!.All);
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_dead_letter_store_that_hangs_ends_the_drain_at_its_deadline_with_nothing_settled()
    {
        var time = EngineRig.NewTime();
        var letters = new RecordingDeadLetters { Before = static cancellation => Task.Delay(Timeout.Infinite, cancellation) };
        var sink = new RecordingSink("a", time) { Refuses = static _ => true };
        var enricher = new FakeEnricher(1) { Refuses = static record => record.Offset == 5 ? "malformed_json" : null };
        await using var rig = EngineRig.Start(time, [sink], enricher.EnrichAsync, letters, Limited);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        rig.Source.Post(rig.Batch(lease, 5, 5));

        rig.Stop();

        Assert.Equal(EngineResult.DeadlinePassed, await rig.UntilAsync(rig.Run));
        Assert.Equal(0, rig.Source.Committed(lease)!.All);
        Assert.Equal(0, rig.Memory.Used);
    }

    [Fact]
    public async Task A_source_that_does_not_stop_ends_the_drain_at_its_deadline()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], options: Limited with { LetGoTimeout = TimeSpan.FromSeconds(2) }, source: new ManualSource { IgnoresStop = true });
        rig.Stop();
        Assert.Equal(EngineResult.DeadlinePassed, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_run_with_its_error_once_what_it_gave_is_settled_and_committed()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], options: Options);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        var delivery = await sink.NextAsync();

        rig.Source.Fail(new IOException("fenced"));
        await rig.UntilAsync(() => rig.Engine.Status().State == EngineState.Draining);
        delivery.Accept();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => rig.UntilAsync(rig.Run));

        Assert.Equal("The source failed: fenced", error.Message);
        Assert.IsType<IOException>(error.InnerException);
        Assert.Equal(5, rig.Source.Committed(lease)!.All);
    }

    [Fact]
    public async Task A_source_that_ends_by_itself_is_waited_for_without_a_deadline_until_every_sink_is_at_the_end()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], options: Options with { ExitAtEnd = true });
        rig.Source.EndOffsets = new Dictionary<TopicPartitionName, long> { [new("t", 0)] = 5 };
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        var delivery = await sink.NextAsync();

        rig.Source.End();
        for (var i = 0; i < 10; i++)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await Task.Yield();
        }

        Assert.False(rig.Run.IsCompleted);
        Assert.Equal(EngineState.Running, rig.Engine.Status().State);
        delivery.Accept();

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
        Assert.Equal(5, rig.Source.Committed(lease)!.All);
    }

    [Fact]
    public async Task At_the_end_a_partition_that_was_revoked_is_no_longer_waited_for()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time) { IgnoresCancellation = true };
        await using var rig = EngineRig.Start(time, [sink], options: Options with { ExitAtEnd = true, LetGoTimeout = TimeSpan.FromSeconds(2) });
        var (gone, stays) = (rig.Assign(1, 0), rig.Assign(1, 1));
        rig.Source.Post(rig.Batch(gone, 0, 5));
        await sink.NextAsync();
        rig.Source.Post(rig.Batch(stays, 0, 5));
        (await sink.NextAsync()).Accept();
        rig.Source.End();
        await rig.UntilAsync(rig.Source.CommittedAsync(stays, 5));
        Assert.False(rig.Run.IsCompleted);

        rig.Source.Revoke(gone);
        rig.Source.EndOffsets = new Dictionary<TopicPartitionName, long> { [new("t", 1)] = 5 };

        Assert.Equal(EngineResult.Drained, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task A_stop_while_the_end_is_waited_for_starts_the_deadline()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], options: Limited with { ExitAtEnd = true });
        rig.Source.Post(rig.Batch(rig.Assign(1), 0, 5));
        await sink.NextAsync();
        rig.Source.End();

        rig.Stop();

        Assert.Equal(EngineResult.DeadlinePassed, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task A_source_that_ends_before_the_end_makes_the_run_incomplete()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)], options: Options with { ExitAtEnd = true });
        rig.Source.EndOffsets = new Dictionary<TopicPartitionName, long> { [new("t", 0)] = 6 };
        rig.Source.Post(rig.Batch(rig.Assign(1), 0, 5));

        rig.Source.End();

        Assert.Equal(EngineResult.Incomplete, await rig.UntilAsync(rig.Run));
    }

    [Fact]
    public async Task An_engine_runs_once()
    {
        var time = EngineRig.NewTime();
        await using var rig = EngineRig.Start(time, [new RecordingSink("a", time)]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Engine.RunAsync(CancellationToken.None, CancellationToken.None));
        rig.Stop();
        Assert.Equal(EngineResult.Drained, await rig.Run);
    }
}
