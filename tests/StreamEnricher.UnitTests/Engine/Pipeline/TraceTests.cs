using System.Collections.Concurrent;
using System.Diagnostics;
using StreamEnricher.Core.Tracing;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

/// <summary>The way of a batch as spans. Other tests run meanwhile: spans are told apart by the sink's name and the batch's partition.</summary>
public sealed class TraceTests
{
    private readonly ConcurrentQueue<Activity> _ended = new();

    [Fact]
    public async Task A_batch_is_a_span_with_its_enrichment_within_and_each_delivery_linked_to_it()
    {
        using var listener = Listen();
        var time = EngineRig.NewTime();
        var sink = new RecordingSink("traced", time);
        await using var rig = EngineRig.Start(time, [sink]);
        var lease = rig.Assign(1, partition: 77);
        rig.Source.Post(rig.Batch(lease, 5, 10));
        await rig.UntilAsync(rig.Source.CommittedAsync(lease, 15));
        rig.Stop();
        await rig.UntilAsync(rig.Run);

        var batch = Assert.Single(_ended, one => one.OperationName == "process batch" && ((string)one.GetTagItem("streamenricher.ranges")!).EndsWith("/77 5-14", StringComparison.Ordinal));
        Assert.Equal((10, "kafka"), (batch.GetTagItem("messaging.batch.message_count"), batch.GetTagItem("messaging.system")));
        Assert.Single(_ended, one => one.OperationName == "enrich" && one.ParentSpanId == batch.SpanId);
        var delivery = Assert.Single(_ended, one => one.OperationName == "deliver traced");
        Assert.Equal((batch.TraceId, batch.SpanId), (delivery.TraceId, delivery.ParentSpanId));
        Assert.Equal(batch.Context, Assert.Single(delivery.Links).Context);
        Assert.Equal((10, 0), (delivery.GetTagItem("messaging.batch.message_count"), delivery.GetTagItem("streamenricher.refused")));
    }

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == PipelineTraces.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
