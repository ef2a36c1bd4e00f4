using System.Globalization;
using BenchmarkDotNet.Running;
using StreamEnricher.Benchmarks.Attribution.Service;
using StreamEnricher.Benchmarks.Budgets;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks;

internal static class Program
{
    /// <summary><c>check</c> compares with the budgets, <c>recognise</c> measures what <c>format: auto</c> costs, <c>service [SECONDS]</c> measures the attribution service's provider; anything else is for BenchmarkDotNet.</summary>
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["check"])
        {
            return BudgetCheck.Run(Repository.PathOf("benchmarks", "StreamEnricher.Benchmarks", "budgets.json"));
        }

        if (arguments is ["recognise"])
        {
            return RecogniseCost.Run();
        }

        if (arguments is ["service", ..])
        {
            return await ServiceLoad.RunAsync(TimeSpan.FromSeconds(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 30));
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        return 0;
    }
}
