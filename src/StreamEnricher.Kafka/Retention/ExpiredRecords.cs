using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Kafka.Retention;

/// <summary>Says and counts what topics had deleted before a sink took it: that is a loss, and must never go unseen.</summary>
internal sealed class ExpiredRecords(PipelineMetrics metrics, ILogger logger)
{
    /// <summary>A sink does not get these offsets any more.</summary>
    public void Report(string sink, string topic, int partition, long first, long next)
    {
        metrics.Expired.Add(next - first, new("sink", sink), new("topic", topic));
        Log.Expired(logger, next - first, topic, partition, first, next - 1, sink);
    }
}
