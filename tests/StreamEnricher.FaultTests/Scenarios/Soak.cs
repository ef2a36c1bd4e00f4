using System.Globalization;

namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>A fault every 20 seconds for a long time: nothing grows, and nothing is missing.</summary>
internal static class Soak
{
    private const double MostGrowth = 1.25;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(6);
    /// <summary>Runs it.</summary>
    public static async Task<Finding> RunAsync(Bench bench, Scale scale)
    {
        var engine = bench.StartEngine("one");
        var feeding = bench.Feeder.FeedAsync(scale.Events, scale.Soak);
        var samples = new List<(long Rss, int Threads, int Handles)>();
        var faults = new List<string>();
        var begun = TimeProvider.System.GetTimestamp();
        for (var round = 0; TimeProvider.System.GetElapsedTime(begun) < scale.Soak && !engine.HasExited; round++)
        {
            await Task.Delay((Every - Lasts) / 2);
            samples.Add(engine.Usage);
            faults.Add(await BreakAsync(bench, round));
            await Task.Delay((Every - Lasts) / 2);
            samples.Add(engine.Usage);
        }

        await feeding;
        await bench.SettleAsync();
        var exit = engine.HasExited ? null : await engine.StopAsync();
        var accounting = await bench.AccountAsync();
        var quarter = Math.Max(1, samples.Count / 4);
        var (first, last) = (samples.Skip(Math.Min(2, samples.Count / 2)).Take(quarter).ToList(), samples.TakeLast(quarter).ToList());
        var grown = new[]
        {
            Growth("resident memory, MiB", first.Average(static one => one.Rss >> 20), last.Average(static one => one.Rss >> 20)),
            Growth("threads", first.Average(static one => one.Threads), last.Average(static one => one.Threads)),
            Growth("open files", first.Average(static one => one.Handles), last.Average(static one => one.Handles)),
        };

        // In a few minutes caches still fill; what grows shows in a long run.
        var judges = scale.Soak >= TimeSpan.FromMinutes(10);
        return new Finding
        {
            Facts =
            [
                ("faults", string.Join(", ", faults.GroupBy(static fault => fault).Select(static group => $"{group.Count()} × {group.Key}"))),
                .. accounting.Facts,
                .. grown.Select(static one => (one.What, string.Create(CultureInfo.InvariantCulture, $"{one.First:0} at the beginning, {one.Last:0} at the end"))),
            ],
            Problems =
            [
                .. accounting.Problems,
                .. grown.Where(one => judges && one.Last > one.First * MostGrowth).Select(static one => $"{one.What} grew"),
                .. exit == 0 ? Array.Empty<string>() : ["the engine did not drain"],
            ],
        };
    }

    private static (string What, double First, double Last) Growth(string what, double first, double last) => (what, first, last);

    private static async Task<string> BreakAsync(Bench bench, int round)
    {
        var kinds = 2 + bench.Settings.Faults.Count;
        switch (round % kinds)
        {
            case 0:
                bench.Hec.Hang();
                await Task.Delay(Lasts);
                bench.Hec.GoOn();
                return "the collector hangs";
            case 1:
                bench.Hec.Refuses = true;
                await Task.Delay(Lasts);
                bench.Hec.Refuses = false;
                return "the collector answers 503";
            default:
                var fault = bench.Settings.Faults[(round % kinds) - 2];
                await Bench.ShellAsync(fault.Kill);
                await Task.Delay(Lasts);
                await Bench.ShellAsync(fault.Start);
                return $"{fault.Name.ToLowerInvariant()} is killed and started";
        }
    }
}
