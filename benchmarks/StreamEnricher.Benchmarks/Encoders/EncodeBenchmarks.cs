using BenchmarkDotNet.Attributes;
using StreamEnricher.Benchmarks.Enriching;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Benchmarks.Encoders;

/// <summary>Each encoder alone: the first sample event of a format, mapped and attributed once, is written to a batch a thousand times. Baseline: reading its tokens.</summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private readonly EnrichScratch _scratch = new();
    private EventSet _events = null!;
    private CasePlan _case = null!;
    private RenderedAttribution _attribution = null!;
    private EcsEncoder _ecs = null!;
    private HecEncoder _hec = null!;
    private CommonEventEncoder _common = null!;

    /// <summary>Format, and its sample events.</summary>
    [Params("detection", "suricata_eve", "windows")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _events = new EventSet(Format);
        var output = new OutputOptions();
        _ecs = new EcsEncoder(output, "logs-streamenricher.detections-default");
        _hec = new HecEncoder(output, "cybersecurity", "cybersecurity:events");
        _common = new CommonEventEncoder(output, keyed: true);
        var (slab, record) = (_events.Batch.Slab, _events.Batch.Records[0]);
        JsonScanner.Scan(slab, record.ValueStart, record.ValueLength, _events.Plan.Scan, _scratch.Scan);
        _case = _scratch.MemoryOf(_events.Plan).Selector.Select(slab, _scratch.Scan, out _);
        _scratch.Begin(_events.Plan, _case, slab);
        FieldEvaluator.Evaluate(_scratch, slab);
        VendorWriter.CollectLeftovers(_events.Plan, _scratch);
        _scratch.Related.Read(slab, _case.RelatedIndicators < 0 ? default : _scratch.Scan.Slots[_case.RelatedIndicators]);
        IndicatorCollector.Collect(_case, _scratch, slab);
        _scratch.SetTexts(_scratch.TextOf(_events.Batch.Lease(0)), 0, UInt128.One, 1_700_000_000, 123_000_000, 75);
        var context = new AttributionContext("high", 1_700_000_000, 0, _case.DescriptionSlot);
        _attribution = _events.Attributor.Attribute(_case.Attribution, slab, _scratch.Scan.Slots, context, _scratch.Attribution).Ready!;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public long Tokenise()
    {
        var tokens = 0L;
        for (var i = 0; i < EventSet.Count; i++)
        {
            var reader = new System.Text.Json.Utf8JsonReader(_events.Events[0]);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Ecs() => Encode(_ecs);

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Hec() => Encode(_hec);

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int CommonEvent() => Encode(_common);

    private int Encode(SinkEncoder encoder)
    {
        var record = _events.Batch.Records[0];
        var normalized = new NormalizedEvent
        {
            Batch = _events.Batch,
            Record = 0,
            Buffer = _events.Batch.Slab,
            EventStart = record.ValueStart,
            EventLength = record.ValueLength,
            Slots = _scratch.Scan.Slots,
            Seconds = 1_700_000_000,
            Nanoseconds = 123_000_000,
            EventId = _scratch.Bytes(_scratch.Text(CommonText.EventId)),
            Severity = 75,
            IsAlert = true,
            Attribution = _attribution,
            Indicators = _scratch.Indicators,
            IndicatorText = _scratch.IndicatorText.Span,
            Plan = _events.Plan,
            Case = _case,
            Scratch = _scratch,
        };
        CommonTexts.Event(normalized);
        using var output = new EncodedBatch(_events.Batch, record.ValueLength * EventSet.Count * 4);
        for (var i = 0; i < EventSet.Count; i++)
        {
            encoder.Encode(normalized, output);
        }

        return output.Length;
    }
}
