using BenchmarkDotNet.Attributes;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Benchmarks.Enriching;

/// <summary>What counting techniques for the dashboard costs an event: the same enrichment to ECS without (baseline) and with it.</summary>
[MemoryDiagnoser]
public class TallyBenchmarks
{
    private EventSet _alone = null!;
    private EventSet _counted = null!;

    /// <summary>Format, and its sample events.</summary>
    [Params("detection", "suricata_eve")]
    public string Format { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _alone = new EventSet(Format, recognised: false, "ecs");
        _counted = new EventSet(Format, recognised: false, new TechniqueTally(1 << 20, TimeProvider.System), "ecs");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public int Alone() => _alone.Enrich();

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Counted() => _counted.Enrich();
}
