using System.Diagnostics.Metrics;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Measures for each delivered event the time from its Kafka timestamp to the sink's acknowledgement.</summary>
internal sealed class LatencyRecorder(Histogram<double> endToEnd, TimeProvider time)
{
    private const double MillisecondsPerSecond = 1000;

    /// <summary>Records a batch that a sink has just answered for. Costs nothing while nobody listens.</summary>
    public void Record(string sink, EncodedBatch batch, IReadOnlyList<RejectedRecord> rejected)
    {
        if (!endToEnd.Enabled)
        {
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var tag = new KeyValuePair<string, object?>("sink", sink);
        var refused = rejected.Count == 0 ? null : rejected.Select(static record => record.Record).ToHashSet();
        var records = batch.Source.Records;
        var last = -1;
        foreach (ref readonly var item in batch.Items)
        {
            // The items of one event lie together; it counts once. A record without a timestamp has -1.
            if (item.Record != last && records[item.Record].Timestamp >= 0 && refused?.Contains(item.Record) != true)
            {
                endToEnd.Record((now - records[item.Record].Timestamp) / MillisecondsPerSecond, tag);
            }

            last = item.Record;
        }
    }
}
