using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Cli.Benching.Stages;

/// <summary>
/// The stages of enrichment, told apart by what the same events cost with and without each: copying alone, scanning alone, enrichment without providers and sinks, with
/// providers, and with each sink. One thread, everything warm.
/// </summary>
internal sealed class EnrichStages
{
    private const int BatchEvents = 1000;
    private readonly PartitionLease _lease;
    private readonly EventBatch _batch;
    private readonly FormatPlan[] _formats;
    private readonly ScanState _scan = new();
    private readonly IReadOnlyList<EnrichedSink> _sinks;
    private readonly EventEnricher _bare;
    private readonly EventEnricher _attributing;
    private readonly EventEnricher[] _encoding;
    private readonly Action _copy;

    /// <param name="stream">Events.</param>
    /// <param name="sources">Source entries.</param>
    /// <param name="sinks">The pipeline's sinks as the enricher sees them.</param>
    /// <param name="plan">Formats and attribution.</param>
    /// <param name="metrics">Counters that nobody reads.</param>
    /// <param name="loggers">Log.</param>
    public EnrichStages(
        LoadStream stream, IReadOnlyList<SourceFormat> sources, IReadOnlyList<EnrichedSink> sinks, EnrichmentPlan plan, PipelineMetrics metrics, ILoggerFactory loggers)
    {
        _lease = new PartitionLease(stream.Source, stream.Topic, 0, [.. sinks.Select(static _ => 0L)]);
        _batch = Form(stream);
        _sinks = sinks;
        var format = sources.First(source => source.Name == stream.Source).Format;
        _formats = [.. Enumerable.Range(0, _batch.Count).Select(record => format ?? Recognise(plan.Formats, record))];
        var output = plan.Output();
        var logger = loggers.CreateLogger<EventEnricher>();
        _bare = new EventEnricher(sources, plan.Formats, [], new Attributor(plan.Catalogue, []), output, metrics, logger);
        _attributing = new EventEnricher(sources, plan.Formats, [], plan.Attributor, output, metrics, logger);
        _encoding = [.. sinks.Select(sink => new EventEnricher(sources, plan.Formats, [sink], plan.Attributor, output, metrics, logger))];
        _copy = () => Form(stream).Release();
    }

    /// <summary>Events measured at a time.</summary>
    public int Events => _batch.Count;

    /// <summary>Each stage with its time an event, in the order of the pipeline.</summary>
    /// <param name="budget">How long to measure.</param>
    /// <param name="cancellation">Ends it early.</param>
    public IReadOnlyList<(string Stage, double Nanoseconds)> Measure(TimeSpan budget, CancellationToken cancellation)
    {
        var times = RoundRobin.Medians(
            [_copy, Scan, () => Enrich(_bare), () => Enrich(_attributing), .. _encoding.Select(enricher => (Action)(() => Enrich(enricher)))], budget, cancellation);
        var each = Array.ConvertAll(times, one => one.TotalNanoseconds / _batch.Count);
        return
        [
            ("read", each[0]),
            ("scan", each[1]),
            ("map", each[2] - each[1]),
            ("attribute", each[3] - each[2]),
            .. _sinks.Select((sink, index) => ($"encode {sink.Name}", each[4 + index] - each[3])),
        ];
    }

    /// <summary>What a sink gets of the events; the caller disposes it.</summary>
    public EncodedBatch? Encode(int sink)
    {
        _batch.AddReference();
        var encoded = Complete(_encoding[sink]).BySink[0];
        _batch.Release();
        return encoded;
    }

    private EventBatch Form(LoadStream stream)
    {
        var count = Math.Min(BatchEvents, stream.Events.Count);
        var bytes = stream.Events.Take(count).Sum(one => EventBatch.SizeOf(_lease, 0, one.Length, 0));
        var batch = new EventBatch(bytes, count, MemoryLease.Unlimited);
        for (var i = 0; i < count; i++)
        {
            batch.TryAppend(_lease, i, 1_700_000_000_000, stream.Events[i], false, default, true, default);
        }

        return batch;
    }

    private FormatPlan Recognise(FormatCatalog formats, int record)
    {
        var scratch = new EnrichScratch();
        var one = _batch.Records[record];
        var text = new EventText(_batch.Slab, one.ValueStart, one.ValueLength);
        RecogniserMemory? memory = null;
        return formats.Recogniser().Recognise(ref text, 0, _scan, scratch.Decoder, ref memory, out _, out _, out _);
    }

    private void Scan()
    {
        var records = _batch.Records;
        for (var i = 0; i < records.Length; i++)
        {
            JsonScanner.Scan(_batch.Slab, records[i].ValueStart, records[i].ValueLength, _formats[i].Scan, _scan);
        }
    }

    private void Enrich(EventEnricher enricher)
    {
        _batch.AddReference();
        foreach (var encoded in Complete(enricher).BySink)
        {
            encoded?.Dispose();
        }

        _batch.Release();
    }

    private EnrichedBatch Complete(EventEnricher enricher)
    {
        var task = enricher.EnrichAsync(_batch, CancellationToken.None);

        // Only a service that was asked over the network makes it wait; once its answers are cached it does not.
        return task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
    }
}
