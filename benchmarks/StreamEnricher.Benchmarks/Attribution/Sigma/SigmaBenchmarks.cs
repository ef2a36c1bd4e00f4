using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace StreamEnricher.Benchmarks.Attribution.Sigma;

/// <summary>Sigma rules on Windows events, one thread; times are for one event. <see cref="SigmaWorkload"/> says where rules and events come from. Baseline: Utf8JsonReader reading every token.</summary>
[MemoryDiagnoser]
public class SigmaBenchmarks
{
    private SigmaWorkload _workload = null!;

    [GlobalSetup]
    public void Setup() => _workload = new SigmaWorkload();

    [Benchmark(Baseline = true, OperationsPerInvoke = SigmaWorkload.Count)]
    public long Tokenise()
    {
        var tokens = 0L;
        foreach (var one in _workload.Events)
        {
            var reader = new Utf8JsonReader(one);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = SigmaWorkload.Count)]
    public int Scan() => _workload.Scan();

    [Benchmark(OperationsPerInvoke = SigmaWorkload.Count)]
    public int ScanAndMatch() => _workload.Match();
}
