using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class DeadLetterTests
{
    public static TheoryData<Exception> Errors => [new OperationCanceledException("time-out of a client"), new InvalidOperationException("bug")];

    [Fact]
    public async Task A_record_that_one_sink_refuses_is_its_dead_letter_and_the_others_get_it()
    {
        var time = EngineRig.NewTime();
        var (picky, easy) = (new RecordingSink("picky", time) { Refuses = static record => record.Offset == 1 }, new RecordingSink("easy", time));
        var letters = new RecordingDeadLetters();
        await using var rig = EngineRig.Start(time, [picky, easy], deadLetters: letters);
        using var counts = new MetricProbe(rig.Metrics);
        var lease = rig.Assign(2);

        rig.Source.Post(rig.Batch(lease, 0, 3));
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 3));

        var letter = Assert.Single(letters.All);
        Assert.Equal(("picky", 1L, DeadLetterReason.MappingRejected), (letter.Sink, letter.Offset, letter.Reason));
        Assert.Equal("1"u8, letter.Value);
        Assert.Equal(3, easy.Counts.Count);
        Assert.Equal(1, counts.Sum("streamenricher.dead_letters", ("sink", "picky"), ("reason", DeadLetterReason.MappingRejected)));
        var status = rig.Engine.Status().Sinks[0];
        Assert.Equal((2L, 1L), (status.Delivered, status.DeadLetters));
    }

    [Fact]
    [Trait("Complaint", "elastic/logstash#11706")]
    public async Task Nothing_is_settled_before_the_dead_letters_of_its_sink_are_durable()
    {
        var time = EngineRig.NewTime();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        var letters = new RecordingDeadLetters
        {
            Before = cancellation => Interlocked.Increment(ref asked) switch
            {
                1 => throw new IOException("disk full"),
                2 => throw new OperationCanceledException("time-out of a client"),
                _ => open.Task.WaitAsync(cancellation),
            },
        };
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink], deadLetters: letters);
        using var counts = new MetricProbe(rig.Metrics);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 3));
        (await sink.NextAsync()).Reject(2);

        await rig.UntilAsync(() => Volatile.Read(ref asked) == 3);
        Assert.Equal(0, rig.Source.Committed(lease)?.All ?? 0);
        Assert.Equal(0, counts.Sum("streamenricher.dead_letters"));
        open.SetResult();
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 3));

        Assert.Equal(2, Assert.Single(letters.All).Offset);
        Assert.Equal(1, counts.Sum("streamenricher.dead_letters"));

        // What the sink has stored is not delivered again because the dead letters took long.
        Assert.Equal(0, sink.Waiting);
    }

    [Fact]
    public async Task Records_refused_before_the_fan_out_are_durable_before_any_sink_gets_the_batch()
    {
        var time = EngineRig.NewTime();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var letters = new RecordingDeadLetters
        {
            Before = async cancellation =>
            {
                asked.TrySetResult();
                await open.Task.WaitAsync(cancellation);
            },
        };
        var sink = new SteppedSink("a", time);
        var enricher = new FakeEnricher(1) { Refuses = static record => record.Offset == 0 ? DeadLetterReason.MalformedJson : null };
        await using var rig = EngineRig.Start(time, [sink], enricher.EnrichAsync, letters);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 2));

        await asked.Task;
        Assert.Equal(0, sink.Waiting);
        open.SetResult();
        var delivery = await sink.NextAsync();

        Assert.Equal([1], delivery.Offsets);
        Assert.Equal(("*", 0L, DeadLetterReason.MalformedJson), letters.All.Select(static letter => (letter.Sink, letter.Offset, letter.Reason)).Single());
        delivery.Accept();
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 2));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_enricher_that_throws_costs_its_batch_to_the_dead_letters_and_the_next_batch_goes_on(Exception error)
    {
        var time = EngineRig.NewTime();
        var sink = new RecordingSink("a", time);
        var letters = new RecordingDeadLetters();
        var enricher = new FakeEnricher(1) { Before = (batch, _) => batch.Ranges[0].First == 0 ? Task.FromException(error) : Task.CompletedTask };
        await using var rig = EngineRig.Start(time, [sink], enricher.EnrichAsync, letters);
        var lease = rig.Assign(1);

        rig.Source.Post(rig.Batch(lease, 0, 2));
        rig.Source.Post(rig.Batch(lease, 2, 2));
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 4));

        Assert.Equal([("*", 0L), ("*", 1L)], letters.All.Select(static letter => (letter.Sink, letter.Offset)));
        Assert.All(letters.All, static letter => Assert.Equal(DeadLetterReason.EnrichmentFailed, letter.Reason));
        Assert.Equal([2L, 3], sink.Counts.Keys.Select(static key => key.Offset).Order());
        await rig.UntilAsync(() => rig.Memory.Used == 0);
    }

    [Fact]
    public async Task An_enricher_that_breaks_its_contract_ends_the_run_with_nothing_committed_for_the_batch()
    {
        var time = EngineRig.NewTime();
        var sinks = new[] { new RecordingSink("a", time), new RecordingSink("b", time) };
        await using var rig = EngineRig.Start(time, sinks, new FakeEnricher(1).EnrichAsync);
        var lease = new PartitionLease("source", "t", 0, [0, 0]);
        rig.Source.Assign(lease);

        rig.Source.Post(rig.Batch(lease, 0, 2));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => rig.UntilAsync(rig.Run));

        Assert.StartsWith("The engine failed: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, rig.Source.Committed(lease)!.All);
        Assert.Equal(EngineState.Stopped, rig.Engine.Status().State);
    }

    [Fact]
    public async Task Every_item_refused_leaves_no_delivered_count_below_zero()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink]);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 2));

        (await sink.NextAsync()).Reject(0, 1);
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 2));

        Assert.Equal((0L, 2L), (rig.Engine.Status().Sinks[0].Delivered, rig.Engine.Status().Sinks[0].DeadLetters));
    }
}
