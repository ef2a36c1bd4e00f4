using BenchmarkDotNet.Attributes;

namespace StreamEnricher.Benchmarks.Enriching;

/// <summary>What <c>format: auto</c> costs an event: the same enrichment to ECS with the format declared (baseline) and recognised among all shipped formats.</summary>
[MemoryDiagnoser]
public class RecogniseBenchmarks
{
    private EventSet _declared = null!;
    private EventSet _recognised = null!;

    /// <summary>Format, and its sample events.</summary>
    [Params("detection", "suricata_eve", "zeek", "windows")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _declared = new EventSet(Format, recognised: false, "ecs");
        _recognised = new EventSet(Format, recognised: true, "ecs");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public int Declared() => _declared.Enrich();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Auto() => _recognised.Enrich();
}
