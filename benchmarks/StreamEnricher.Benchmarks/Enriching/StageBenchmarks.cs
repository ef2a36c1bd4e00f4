using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Benchmarks.Enriching;

/// <summary>The stages before encoding, each with those that it needs before it: subtract to see one alone. Baseline: Utf8JsonReader reading every token.</summary>
[MemoryDiagnoser]
public class StageBenchmarks
{
    private readonly EnrichScratch _scratch = new();
    private EventSet _events = null!;
    private FormatRecogniser _recogniser = null!;
    private RecogniserMemory? _recognised;

    /// <summary>Format, and its sample events.</summary>
    [Params("detection", "suricata_eve", "zeek", "windows")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _events = new EventSet(Format);
        _recogniser = _events.Formats.Recogniser();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public long Tokenise() => _events.Tokenise();

    /// <summary>Slots, all checks.</summary>
    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Scan() => ForEach((in EventRecord record) => Scan(record));

    /// <summary>The format of events that do not state it.</summary>
    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Recognise() => ForEach((in EventRecord record) =>
    {
        var source = new EventText(_events.Batch.Slab, record.ValueStart, record.ValueLength);
        return _recogniser.Recognise(ref source, 0, _scratch.Scan, _scratch.Decoder, ref _recognised, out _, out _, out _).Cases.Length;
    });

    /// <summary>Scan, case, rules: all values of the document.</summary>
    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int ScanAndMap() => ForEach((in EventRecord record) => Map(record).ValueCount);

    /// <summary>The same and indicators, declared ids, tables and keywords, all seen before.</summary>
    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int ScanMapAndAttribute() => ForEach((in EventRecord record) =>
    {
        var one = Map(record);
        var slab = _events.Batch.Slab;
        _scratch.Related.Read(slab, one.RelatedIndicators < 0 ? default : _scratch.Scan.Slots[one.RelatedIndicators]);
        IndicatorCollector.Collect(one, _scratch, slab);
        var context = new AttributionContext("high", 1_700_000_000, 0, one.DescriptionSlot);
        return _events.Attributor.Attribute(one.Attribution, slab, _scratch.Scan.Slots, context, _scratch.Attribution).Ready!.Attribution.Evidence.Count;
    });

    private delegate int Stage(in EventRecord record);

    private int ForEach(Stage stage)
    {
        var sum = 0;
        foreach (ref readonly var record in _events.Batch.Records)
        {
            sum += stage(record);
        }

        return sum;
    }

    private int Scan(in EventRecord record) =>
        (int)JsonScanner.Scan(_events.Batch.Slab, record.ValueStart, record.ValueLength, _events.Plan.Scan, _scratch.Scan);

    private CasePlan Map(in EventRecord record)
    {
        Scan(record);
        var one = _scratch.MemoryOf(_events.Plan).Selector.Select(_events.Batch.Slab, _scratch.Scan, out _);
        _scratch.Begin(_events.Plan, one, _events.Batch.Slab);
        FieldEvaluator.Evaluate(_scratch, _events.Batch.Slab);
        VendorWriter.CollectLeftovers(_events.Plan, _scratch);
        return one;
    }
}
