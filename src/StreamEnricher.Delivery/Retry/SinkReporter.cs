using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Delivery.Retry;

/// <summary>Says in log, metrics and health what happens at a sink; repeats are counted, not logged again.</summary>
internal sealed partial class SinkReporter(string sink, SinkHealth health, PipelineMetrics metrics, ILogger logger)
{
    /// <summary>A request was answered, or not (<paramref name="status"/> 0).</summary>
    public void Request(int status, int bytes)
    {
        metrics.SinkRequests.Add(1, new("sink", sink), new("code", status == 0 ? "error" : status));
        metrics.SinkBytes.Add(bytes, new KeyValuePair<string, object?>("sink", sink));
    }

    /// <summary>Items were settled.</summary>
    public void Settled(string outcome, int count)
    {
        if (count > 0)
        {
            metrics.SinkEvents.Add(count, new("sink", sink), new("outcome", outcome));
        }
    }

    /// <summary>Items are sent again.</summary>
    /// <param name="reason">One word.</param>
    /// <param name="count">How many.</param>
    /// <param name="detail">What came back.</param>
    public void Retry(string reason, int count, string detail)
    {
        metrics.SinkRetries.Add(count, new("sink", sink), new("reason", reason));
        if (health.Error($"{reason}: {detail}"))
        {
            LogRetry(sink, count, reason, detail);
        }
    }

    /// <summary>The sink waits for the operator.</summary>
    public void Hold(string reason)
    {
        metrics.SinkRetries.Add(1, new("sink", sink), new("reason", "held"));
        if (health.Hold(reason))
        {
            LogHeld(sink, reason);
        }
    }

    /// <summary>A request went through.</summary>
    public void Succeeded()
    {
        if (health.Recovered())
        {
            LogRecovered(sink);
        }
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "Sink {Sink}: {Count} items are sent again ({Reason}): {Detail}")]
    private partial void LogRetry(string sink, int count, string reason, string detail);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "Sink {Sink} is held: {Reason}. Its events are kept; it goes on by itself once this is repaired")]
    private partial void LogHeld(string sink, string reason);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Information, Message = "Sink {Sink} goes on")]
    private partial void LogRecovered(string sink);
}
