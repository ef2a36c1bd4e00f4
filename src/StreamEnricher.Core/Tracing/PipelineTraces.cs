using System.Diagnostics;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Tracing;

/// <summary>Spans of batches: one for the way from the source to the sinks' queues, one for each delivery, linked to the batches in it. Nothing is made when nobody listens.</summary>
/// <remarks>Names and attributes are those of OpenTelemetry's semantic conventions for messaging; requests of the sinks are spans of System.Net.Http within a delivery.</remarks>
public static class PipelineTraces
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "StreamEnricher";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A batch is enriched and handed to the sinks.</summary>
    /// <param name="batch">The batch; it remembers the span for its deliveries.</param>
    /// <param name="isMain">It is of the main flow, not of a sink's own reader.</param>
    public static Activity? Process(EventBatch batch, bool isMain)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Source.StartActivity("process batch", ActivityKind.Consumer, parentContext: default) is not { } activity)
        {
            return null;
        }

        activity.SetTag("messaging.system", "kafka");
        activity.SetTag("messaging.operation.type", "process");
        activity.SetTag("messaging.batch.message_count", batch.Count);
        activity.SetTag("streamenricher.ranges", string.Join(", ", batch.Ranges.Select(static range => $"{range.Lease} {range.First}-{range.Next - 1}")));
        activity.SetTag("streamenricher.catch_up", !isMain);
        batch.Trace = activity.Context;
        return activity;
    }

    /// <summary>A step of <see cref="Process"/>.</summary>
    public static Activity? Step(string name) => Source.HasListeners() && Activity.Current is not null ? Source.StartActivity(name) : null;

    /// <summary>Batches are delivered to a sink, as one when they are several.</summary>
    public static Activity? Deliver(string sink, IEnumerable<EncodedBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (!Source.HasListeners())
        {
            return null;
        }

        var all = batches.ToList();
        var links = all.Where(static batch => batch.Source.Trace != default).Select(static batch => new ActivityLink(batch.Source.Trace)).ToList();
        var parent = links.Count == 1 ? links[0].Context : default;
        var activity = Source.StartActivity($"deliver {sink}", ActivityKind.Producer, parent, tags: null, links);
        activity?.SetTag("streamenricher.sink", sink);
        activity?.SetTag("messaging.batch.message_count", all.Sum(static batch => batch.Count));
        activity?.SetTag("streamenricher.body_bytes", all.Sum(static batch => (long)batch.Length));
        return activity;
    }

    /// <summary>How a delivery ended: items refused for good, or null when it was given up before it was settled.</summary>
    public static void End(Activity? delivery, int? refused)
    {
        if (refused is { } count)
        {
            delivery?.SetTag("streamenricher.refused", count);
        }
        else
        {
            delivery?.SetStatus(ActivityStatusCode.Error, "given up before it was settled");
        }
    }
}
