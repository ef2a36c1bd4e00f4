using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class StatusTests
{
    [Fact]
    [Trait("Complaint", "redpanda-data/connect#4655")]
    public async Task A_running_engine_is_ready_unless_something_keeps_it_from_its_work()
    {
        var time = EngineRig.NewTime();
        var sink = new RecordingSink("siem", time);
        await using var rig = EngineRig.Start(time, [sink]);
        Assert.True(rig.Engine.Status().Ready);

        sink.Health.Hold("401: the API key is refused");
        rig.Source.Problem = "no broker answers";
        var status = rig.Engine.Status();

        Assert.False(status.Ready);
        Assert.Equal(["the source does not read: no broker answers", "the sink siem is held: 401: the API key is refused"], status.Problems);
        Assert.Equal(time.GetUtcNow(), status.Sinks[0].HeldSince);
        sink.Health.Recovered();
        rig.Source.Problem = null;
        Assert.True(rig.Engine.Status().Ready);

        rig.Stop();
        await rig.UntilAsync(rig.Run);
        Assert.Equal(["the engine is stopped"], rig.Engine.Status().Problems);
    }

    [Fact]
    public async Task A_dead_letter_store_that_does_not_take_them_shows_in_readiness_until_it_does()
    {
        var time = EngineRig.NewTime();
        var hangs = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        var letters = new RecordingDeadLetters
        {
            Before = _ =>
            {
                asked.TrySetResult();
                return hangs.Task;
            },
        };
        var sink = new SteppedSink("siem", time);
        await using var rig = EngineRig.Start(time, [sink], deadLetters: letters);
        rig.Source.Post(rig.Batch(rig.Assign(1), 0, 3));
        (await sink.NextAsync()).Reject(1);
        await asked.Task;
        Assert.True(rig.Engine.Status().Ready);

        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["dead letters cannot be written: they have waited for 11 s: the store does not answer"], rig.Engine.Status().Problems);
        letters.Health.Hold("cannot write dead letters to /full: no space");
        Assert.Equal(["dead letters cannot be written: cannot write dead letters to /full: no space"], rig.Engine.Status().Problems);

        letters.Health.Recovered();
        hangs.SetResult();
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].DeadLetters == 1, TimeSpan.Zero);
        Assert.True(rig.Engine.Status().Ready);
    }

    [Fact]
    public async Task An_engine_that_has_not_run_is_starting()
    {
        var time = EngineRig.NewTime();
        using var metrics = new PipelineMetrics();
        await using var engine = new PipelineEngine(
            new ManualSource(), new FakeEnricher(1).EnrichAsync, [new SinkSlot(new RecordingSink("a", time))], new RecordingDeadLetters(), new MemoryBudget(1),
            new EngineOptions(), metrics, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<PipelineEngine>.Instance);

        Assert.Equal(["the engine is starting"], engine.Status().Problems);
    }

    [Fact]
    public async Task The_gauges_tell_what_each_sink_has_in_hand()
    {
        var time = EngineRig.NewTime();
        var (busy, idle) = (new SteppedSink("busy", time), new RecordingSink("idle", time));
        await using var rig = EngineRig.Start(time, [busy, idle]);
        using var probe = new MetricProbe(rig.Metrics);
        var lease = rig.Assign(2, partition: 3);
        rig.Source.Post(rig.Batch(lease, 0, 5));
        var delivery = await busy.NextAsync();
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[1].QueuedBytes == 0, TimeSpan.Zero);
        time.Advance(TimeSpan.FromSeconds(3));
        busy.Health.Hold("401");

        Assert.InRange(probe.Gauge("streamenricher.queue.bytes", ("sink", "busy")), 1, 1 << 20);
        Assert.Equal(0, probe.Gauge("streamenricher.queue.bytes", ("sink", "idle")));
        Assert.Equal(1, probe.Gauge("streamenricher.sink.concurrency", ("sink", "busy")));
        Assert.Equal(1, probe.Gauge("streamenricher.sink.held", ("sink", "busy")));
        Assert.Equal(0, probe.Gauge("streamenricher.sink.held", ("sink", "idle")));
        Assert.Equal(1, probe.Gauge("streamenricher.sink.attached", ("sink", "busy")));
        Assert.Equal(3, probe.Gauge("streamenricher.watermark.age.seconds", ("topic", "t"), ("partition", 3)), 3);
        Assert.Equal(64 << 20, probe.Gauge("streamenricher.memory.budget.bytes", ("state", "limit")));
        Assert.Equal(rig.Memory.Used, probe.Gauge("streamenricher.memory.budget.bytes", ("state", "used")));
        delivery.Accept();

        await rig.UntilAsync(() => probe.Gauge("streamenricher.watermark.age.seconds", ("topic", "t"), ("partition", 3)) == 0);
        await rig.UntilAsync(() => probe.Gauge("streamenricher.queue.bytes", ("sink", "busy")) == 0);
        Assert.Equal(0, probe.Gauge("streamenricher.sink.concurrency", ("sink", "busy")));
    }

    [Fact]
    public async Task End_to_end_time_is_recorded_once_for_each_event_that_the_sink_took()
    {
        var time = EngineRig.NewTime();
        var sink = new SteppedSink("a", time);
        await using var rig = EngineRig.Start(time, [sink]);
        using var probe = new MetricProbe(rig.Metrics);
        var lease = rig.Assign(1);
        rig.Source.Post(rig.Batch(lease, 0, 3));

        (await sink.NextAsync()).Reject(1);
        await rig.UntilAsync(() => rig.Engine.Status().Sinks[0].DeadLetters == 1, TimeSpan.Zero);

        // The rig's clock starts two seconds after the records' timestamp.
        Assert.Equal([2, 2], probe.Values("streamenricher.end_to_end", ("sink", "a")));
    }
}
