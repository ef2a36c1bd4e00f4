using System.Diagnostics.Metrics;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Gauges of the engine (contract §6), read when metrics are collected.</summary>
internal static class EngineGauges
{
    /// <summary>Registers them for as long as the meter lives. The source tells of lags itself: it knows the ends.</summary>
    public static void Register(PipelineMetrics metrics, MemoryBudget memory, DeliveryLedger ledger, IReadOnlyList<SinkLane> lanes)
    {
        metrics.Observe("streamenricher.queue.bytes", "Bytes that wait for a sink or are being sent; sink.", () => OfLanes(lanes, lane => lane.QueuedBytes));
        metrics.Observe("streamenricher.sink.held", "1: the sink waits for the operator; sink.", () => OfLanes(lanes, lane => lane.Health.IsHeld ? 1L : 0L));
        metrics.Observe("streamenricher.sink.attached", "1: the sink is served by the main flow; sink.", () => OfLanes(lanes, lane => lane.IsAttached ? 1L : 0L));
        metrics.Observe("streamenricher.sink.concurrency", "Requests that the sink now allows itself at the same time, or batches being sent by one that does not adapt; sink.", () =>
            OfLanes(lanes, lane => lane.Health.Concurrency is > 0 and var limit ? limit : lane.Busy));
        metrics.Observe<long>("streamenricher.memory.budget.bytes", "Bytes of the budget; state = used or limit.", () =>
        [
            new Measurement<long>(memory.Used, new KeyValuePair<string, object?>("state", "used")),
            new Measurement<long>(memory.Limit, new KeyValuePair<string, object?>("state", "limit")),
        ]);
        metrics.Observe("streamenricher.watermark.age.seconds", "How long the oldest unsettled batch has been in the pipeline; topic, partition.", () =>
            ledger.Ages().Select(one => new Measurement<double>(one.Age.TotalSeconds, new("topic", one.Lease.Topic), new("partition", one.Lease.Partition))));
    }

    private static IEnumerable<Measurement<long>> OfLanes(IReadOnlyList<SinkLane> lanes, Func<SinkLane, long> read) =>
        lanes.Select(lane => new Measurement<long>(read(lane), new KeyValuePair<string, object?>("sink", lane.Name)));
}
