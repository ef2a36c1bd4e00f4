using System.Diagnostics.Metrics;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Gauges of the engine (contract §6), read when metrics are collected. The lag of sources and sinks is the source's, which knows the ends of the partitions.</summary>
internal static class EngineGauges
{
    public static void Register(PipelineMetrics metrics, MemoryBudget memory, DeliveryLedger ledger, SinkLane[] lanes)
    {
        metrics.Observe("streamenricher.queue.bytes", "Bytes that wait for a sink or are being sent; sink.", () => OfLanes(lanes, lane => lane.QueuedBytes));
        metrics.Observe("streamenricher.sink.held", "1: the sink waits for the operator; sink.", () => OfLanes(lanes, lane => lane.Sink.Health.IsHeld ? 1L : 0L));
        metrics.Observe("streamenricher.sink.attached", "1: the sink is served by the main flow; sink.", () => OfLanes(lanes, _ => 1L));
        metrics.Observe("streamenricher.sink.concurrency", "Batches being sent; sink.", () => OfLanes(lanes, lane => (long)lane.Busy));
        metrics.Observe<long>("streamenricher.memory.budget.bytes", "Bytes of the budget; state = used or limit.", () =>
        [
            new Measurement<long>(memory.Used, new KeyValuePair<string, object?>("state", "used")),
            new Measurement<long>(memory.Limit, new KeyValuePair<string, object?>("state", "limit")),
        ]);
        metrics.Observe("streamenricher.watermark.age.seconds", "Age of the oldest unsettled batch; topic, partition.", () =>
            ledger.Describe().Select(one => new Measurement<double>(one.Age, Place(one.Progress))));
    }

    private static IEnumerable<Measurement<long>> OfLanes(SinkLane[] lanes, Func<SinkLane, long> read) =>
        lanes.Select(lane => new Measurement<long>(read(lane), new KeyValuePair<string, object?>("sink", lane.Sink.Name)));

    private static KeyValuePair<string, object?>[] Place(PartitionProgress progress) =>
        [new("topic", progress.Lease.Topic), new("partition", progress.Lease.Partition)];
}
