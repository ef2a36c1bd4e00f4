using BenchmarkDotNet.Attributes;

namespace StreamEnricher.Benchmarks.Enriching;

/// <summary>The whole enrichment of an event: scan, rules, attribution from the cache, and the bytes of the sinks named. Baseline: Utf8JsonReader reading every token.</summary>
[MemoryDiagnoser]
public class EnrichBenchmarks
{
    private EventSet _ecsAndHec = null!;
    private EventSet _ecs = null!;
    private EventSet _hec = null!;
    private EventSet _event = null!;

    /// <summary>Format, and its sample events.</summary>
    [Params("detection", "suricata_eve", "zeek", "windows", "cloudtrail")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _ecsAndHec = new EventSet(Format, "ecs", "hec");
        _ecs = new EventSet(Format, "ecs");
        _hec = new EventSet(Format, "hec");
        _event = new EventSet(Format, "event");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public long Tokenise() => _ecs.Tokenise();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int EcsAndHec() => _ecsAndHec.Enrich();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Ecs() => _ecs.Enrich();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Hec() => _hec.Enrich();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int CommonEvent() => _event.Enrich();
}
