using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Benchmarks.Memory;

/// <summary>What the memory budget costs a batch: its bytes taken and given back. Baseline: an interlocked addition and subtraction.</summary>
[MemoryDiagnoser]
public class BudgetBenchmarks
{
    private const int Times = 1000;
    private readonly MemoryBudget _budget = new(1 << 30);
    private long _plain;

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public long Interlocked()
    {
        for (var i = 0; i < Times; i++)
        {
            System.Threading.Interlocked.Add(ref _plain, 4096);
            System.Threading.Interlocked.Add(ref _plain, -4096);
        }

        return _plain;
    }

    [Benchmark(OperationsPerInvoke = Times)]
    public long ReserveAndReturn()
    {
        for (var i = 0; i < Times; i++)
        {
            _budget.TryReserve(4096)?.Dispose();
        }

        return _budget.Used;
    }
}
