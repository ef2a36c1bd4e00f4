using BenchmarkDotNet.Attributes;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Benchmarks.Attribution.Sigma;

/// <summary>Reading the rules (YAML, checks) and compiling those for Windows events; <see cref="SigmaWorkload"/> says where they come from.</summary>
[MemoryDiagnoser]
public class SigmaLoadBenchmarks
{
    private SigmaRuleSet _rules = null!;

    [GlobalSetup]
    public void Setup() => _rules = SigmaWorkload.LoadRules();

    [Benchmark(Baseline = true)]
    public object Read() => SigmaWorkload.LoadRules();

    [Benchmark]
    public object Compile() => SigmaWorkload.Compile(_rules).Provider;
}
