using BenchmarkDotNet.Running;
using StreamEnricher.Benchmarks.Budgets;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks;

internal static class Program
{
    /// <summary><c>check</c> compares with the budgets; anything else is for BenchmarkDotNet.</summary>
    private static int Main(string[] arguments)
    {
        if (arguments is ["check"])
        {
            return BudgetCheck.Run(Repository.PathOf("benchmarks", "StreamEnricher.Benchmarks", "budgets.json"));
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        return 0;
    }
}
