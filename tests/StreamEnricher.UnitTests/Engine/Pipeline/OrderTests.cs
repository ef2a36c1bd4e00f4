using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

/// <summary>Sinks that need their batches in the order of offsets.</summary>
public sealed class OrderTests
{
    [Fact]
    public async Task Batches_that_are_enriched_in_another_order_are_delivered_in_that_of_reading()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        var first = new TaskCompletionSource();
        var enricher = new FakeEnricher(1) { Before = (batch, _) => batch.Records[0].Offset == 0 ? first.Task : Task.CompletedTask };
        await using var rig = EngineRig.Start(time, [sink], enricher.EnrichAsync, slot: static slot => slot with { InOrder = true });
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        rig.Source.Post(rig.Batch(lease, 10, 10));
        await rig.UntilAsync(Task.Delay(TimeSpan.FromSeconds(5), time, TestContext.Current.CancellationToken));
        Assert.Equal(0, sink.Waiting);

        first.SetResult();
        var one = await sink.NextAsync();
        Assert.Equal(0, one.Offsets[0]);
        Assert.Equal(0, sink.Waiting);
        one.Accept();
        var two = await sink.NextAsync();
        Assert.Equal(10, two.Offsets[0]);
        two.Accept();

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 20));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_enriched_does_not_keep_those_behind_it()
    {
        var time = EngineRig.NewTime();
        var sink = new RecordingSink("a", time);
        var enricher = new FakeEnricher(1) { Before = static (batch, _) => batch.Records[0].Offset == 0 ? throw new InvalidOperationException("test") : Task.CompletedTask };
        await using var rig = EngineRig.Start(time, [sink], enricher.EnrichAsync, slot: static slot => slot with { InOrder = true });
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 10));
        rig.Source.Post(rig.Batch(lease, 10, 10));

        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 20));

        Assert.Equal(10, sink.Counts.Count);
    }

    [Fact]
    public void Turns_pass_in_order_whatever_order_they_end_in()
    {
        var turns = new Turnstile();
        var (one, two, three) = (turns.WaitAsync(1), turns.WaitAsync(2), turns.WaitAsync(3));
        Assert.True(turns.WaitAsync(0).IsCompleted);

        turns.End(2);
        turns.End(1);
        Assert.False(one.IsCompleted || two.IsCompleted || three.IsCompleted);
        turns.End(0);

        Assert.True(three.IsCompleted);
    }
}
