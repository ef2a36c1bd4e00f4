using System.Diagnostics.Metrics;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Gauges of the engine (contract §6), read when metrics are collected.</summary>
internal static class EngineGauges
{
    public static void Register(
        PipelineMetrics metrics, MemoryBudget memory, DeliveryLedger ledger, SinkLane[] lanes, Func<IReadOnlyDictionary<TopicPartitionName, long>?> ends)
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
        metrics.Observe("streamenricher.sink.lag.records", "Records that a sink has not settled, against the known end; sink, topic, partition.", () => Lag(ledger, lanes, ends()));
    }

    private static IEnumerable<Measurement<long>> OfLanes(SinkLane[] lanes, Func<SinkLane, long> read) =>
        lanes.Select(lane => new Measurement<long>(read(lane), new KeyValuePair<string, object?>("sink", lane.Sink.Name)));

    private static KeyValuePair<string, object?>[] Place(PartitionProgress progress) =>
        [new("topic", progress.Lease.Topic), new("partition", progress.Lease.Partition)];

    private static IEnumerable<Measurement<long>> Lag(DeliveryLedger ledger, SinkLane[] lanes, IReadOnlyDictionary<TopicPartitionName, long>? ends)
    {
        foreach (var (progress, _) in ledger.Describe())
        {
            if (ends is null || !ends.TryGetValue(new TopicPartitionName(progress.Lease.Topic, progress.Lease.Partition), out var end))
            {
                continue;
            }

            for (var i = 0; i < lanes.Length; i++)
            {
                yield return new Measurement<long>(
                    Math.Max(0, end - progress.BySink[i]), [.. Place(progress), new KeyValuePair<string, object?>("sink", lanes[i].Sink.Name)]);
            }
        }
    }
}
