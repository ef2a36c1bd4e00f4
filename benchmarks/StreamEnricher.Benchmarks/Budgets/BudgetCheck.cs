using System.Text.Json;
using StreamEnricher.Benchmarks.Enriching;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Benchmarks.Budgets;

/// <summary>
/// Compares what enrichment costs with <c>budgets.json</c>: bytes allocated an event, and its time as a multiple of Utf8JsonReader reading every token of the same events in
/// the same run. Absolute times are never judged.
/// </summary>
internal static class BudgetCheck
{
    /// <summary>Beside the names of sinks: techniques are counted, as they are for the API.</summary>
    private const string Counted = "counted";

    /// <summary>Prints each figure beside its budget; returns 1 when one is exceeded.</summary>
    /// <param name="file">Path of the budgets.</param>
    public static int Run(string file)
    {
        var budgets = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, Budget>>>(File.ReadAllText(file), JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"{file} holds no budgets");
        var exceeded = 0;
        foreach (var (format, bySinks) in budgets)
        {
            foreach (var (sinks, budget) in bySinks)
            {
                var (ratio, allocated) = Measure(Events(format, sinks.Split('+')));
                var isOver = ratio > budget.Ratio || allocated > budget.Allocated;
                exceeded += isOver ? 1 : 0;
                Console.WriteLine($"{(isOver ? "OVER" : "ok  ")} {format,-14} {sinks,-11} ratio {ratio:0.00} of {budget.Ratio:0.00}, {allocated:0.0} B of {budget.Allocated:0.0} an event");
            }
        }

        Console.WriteLine(exceeded == 0 ? "within all budgets" : $"{exceeded} over budget");
        return exceeded == 0 ? 0 : 1;
    }

    private static EventSet Events(string format, string[] words) =>
        new(format, recognised: false, words.Contains(Counted) ? new TechniqueTally(1 << 20, TimeProvider.System) : null, [.. words.Where(static word => word != Counted)]);

    private static (double Ratio, double Allocated) Measure(EventSet events)
    {
        var allocated = long.MaxValue;
        var times = ShortestTimes.Of(Enrich, () => events.Tokenise());
        return (times[0] / times[1], (double)allocated / EventSet.Count);

        void Enrich()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            events.Enrich();
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>What a pair of format and sinks may cost.</summary>
    /// <param name="Ratio">Multiple of the baseline.</param>
    /// <param name="Allocated">Bytes an event.</param>
    private sealed record Budget(double Ratio, double Allocated);
}
