using System.Diagnostics;
using System.Text.Json;
using StreamEnricher.Benchmarks.Enriching;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Benchmarks.Budgets;

/// <summary>
/// Compares what enrichment costs with <c>budgets.json</c>: bytes allocated an event, and its time as a multiple of Utf8JsonReader reading every token of the same events in
/// the same run. Absolute times are never judged. Both are minima of short rounds that take turns, so that other work on the machine hits both alike or neither; rounds go on
/// until neither minimum falls any more, because on a busy machine the runtime takes its time to optimise the code.
/// </summary>
internal static class BudgetCheck
{
    private const int RoundsWithoutGain = 100;
    private const int MostRounds = 3000;
    private const double Gain = 0.99;
    private const int BatchesARound = 4;

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
        var (tokenise, enrich) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        var allocated = long.MaxValue;
        for (int round = 0, gained = 0; round < MostRounds && round - gained < RoundsWithoutGain; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var (enriched, tokenised) = (Time(() => events.Enrich()), Time(() => events.Tokenise()));
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            gained = enriched < enrich * Gain || tokenised < tokenise * Gain ? round : gained;
            (enrich, tokenise) = (Min(enrich, enriched), Min(tokenise, tokenised));
        }

        return (enrich / tokenise, (double)allocated / (BatchesARound * EventSet.Count));
    }

    private static TimeSpan Time(Action action)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < BatchesARound; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Min(best, Stopwatch.GetElapsedTime(start));
        }

        return best;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>What a pair of format and sinks may cost.</summary>
    /// <param name="Ratio">Multiple of the baseline.</param>
    /// <param name="Allocated">Bytes an event.</param>
    private sealed record Budget(double Ratio, double Allocated);
}
