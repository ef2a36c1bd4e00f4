using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>
/// Makes of a batch of records what each sink gets: scan once, apply the format's rules, attribute, and let every encoder append its bytes.
/// Thread-safe; each batch is worked on by one thread at a time with memory of its own.
/// </summary>
/// <remarks>
/// Events whose attribution must wait for the service are finished after the others of their batch, in their own order; everything else follows the
/// order of the records. An event is scanned again then: cheaper than keeping what the first scan found of thousands of events.
/// </remarks>
internal sealed partial class EventEnricher
{
    private readonly EnrichedSink[] _sinks;
    private readonly PipelineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TechniqueTally? _tally;
    private readonly Dictionary<string, FormatPlan?> _formats;
    private readonly Attributor _attributor;
    private readonly EventProcessor _processor;
    private readonly ConcurrentBag<EnrichScratch> _scratches = [];

    /// <param name="sources">Source entries by the name that leases carry.</param>
    /// <param name="formats">The shipped and own formats; <c>generic</c> must be among them.</param>
    /// <param name="sinks">In the pipeline's order.</param>
    /// <param name="attributor">Finds techniques.</param>
    /// <param name="output">What goes into documents.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="logger">For faults of the engine itself.</param>
    /// <param name="preview">The events are only looked at: they do not count for correlations.</param>
    /// <param name="tally">Told of the techniques that are found; null: nobody counts them.</param>
    public EventEnricher(
        IEnumerable<SourceFormat> sources, FormatCatalog formats, IEnumerable<EnrichedSink> sinks, Attributor attributor, OutputOptions output,
        PipelineMetrics metrics, ILogger logger, bool preview = false, TechniqueTally? tally = null)
    {
        _sinks = [.. sinks];
        _metrics = metrics;
        _logger = logger;
        _tally = tally;
        _formats = sources.ToDictionary(source => source.Name, source => source.Format, StringComparer.Ordinal);
        _attributor = attributor;
        _processor = new EventProcessor(formats, output, _sinks, new UnmappedFields(metrics), preview);
    }

    /// <inheritdoc cref="BatchEnricher" />
    public async ValueTask<EnrichedBatch> EnrichAsync(EventBatch batch, CancellationToken cancellation)
    {
        var outputs = new EncodedBatch?[_sinks.Length];
        var rejected = new List<RejectedRecord>();
        var scratch = _scratches.TryTake(out var kept) ? kept : new EnrichScratch { Seen = _tally is null ? null : new SeenAttributions() };
        try
        {
            List<WaitingEvent>? waiting = null;
            for (var i = 0; i < batch.Count; i++)
            {
                if (Process(batch, i, null, scratch, outputs, rejected) is { } pending)
                {
                    (waiting ??= []).Add(new WaitingEvent(i, pending));
                }
            }

            if (waiting is not null)
            {
                foreach (var one in waiting)
                {
                    var attribution = await one.Attribution.CompleteAsync(scratch.Attribution.Counts, cancellation).ConfigureAwait(false);
                    Process(batch, one.Record, attribution, scratch, outputs, rejected);
                }
            }

            scratch.Attribution.Counts.Report(_metrics);
            _tally?.Add(scratch.Seen!, batch);
            return new EnrichedBatch(batch, outputs, rejected);
        }
        catch
        {
            scratch.Seen?.Clear();
            foreach (var output in outputs)
            {
                output?.Dispose();
            }

            // Whoever makes dead letters of the records needs their ids.
            for (var i = 0; i < batch.Count; i++)
            {
                EventProcessor.Identify(batch, i);
            }

            batch.Release();
            throw;
        }
        finally
        {
            _scratches.Add(scratch);
        }
    }

    private PendingAttribution? Process(
        EventBatch batch, int index, RenderedAttribution? attribution, EnrichScratch scratch, EncodedBatch?[] outputs, List<RejectedRecord> rejected)
    {
        try
        {
            EventProcessor.Identify(batch, index);
            var lease = batch.Lease(index);
            if (!ReferenceEquals(lease.Source, scratch.Source))
            {
                scratch.Source = lease.Source;
                scratch.SourceFormat = _formats[lease.Source];
            }

            var format = scratch.SourceFormat;
            var outcome = _processor.Process(batch, index, format, attribution, _attributor, scratch, outputs);
            if (outcome.Rejection is { } rejection)
            {
                rejected.Add(rejection);
            }
            else if (outcome.Mismatch && attribution is null)
            {
                _metrics.FormatMismatches.Add(1, new KeyValuePair<string, object?>("source", lease.Source));
            }

            return outcome.Pending;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A fault of ours must cost one event, not the pipeline: it becomes a dead letter that says so, and may be replayed after the repair.
            LogFailed(error, batch.Lease(index).Topic, batch.Lease(index).Partition, batch.Records[index].Offset);
            rejected.Add(new RejectedRecord(index, DeadLetterReason.EnrichmentFailed, $"{error.GetType().Name}: {error.Message}"));
            return null;
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "Event {Topic}/{Partition}/{Offset} could not be enriched; it becomes a dead letter")]
    private partial void LogFailed(Exception error, string topic, int partition, long offset);

    private readonly record struct WaitingEvent(int Record, PendingAttribution Attribution);
}
