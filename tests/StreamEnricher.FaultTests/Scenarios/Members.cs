namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>Four processes of one group; every few seconds one leaves, by SIGTERM or SIGKILL, and another joins.</summary>
internal static class Members
{
    private const int Processes = 4;
    /// <summary>Runs it.</summary>
    public static async Task<Finding> RunAsync(Bench bench, Scale scale)
    {
        var random = new Random(13);
        var feeding = bench.Feeder.FeedAsync(scale.Events, scale.Members);
        var engines = Enumerable.Range(0, Processes).Select(_ => bench.StartEngine(null)).ToList();
        var (left, killed) = (0, 0);
        var problems = new List<string>();
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < scale.Members)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2000, 5000)));
            var leaving = random.Next(Processes);
            if (random.Next(2) == 0)
            {
                engines[leaving].Kill();
                killed++;
            }
            else
            {
                if (await engines[leaving].StopAsync() is var exit and not 0)
                {
                    problems.Add($"a process that was told to stop did not drain (exit code {exit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"})");
                }

                left++;
            }

            engines[leaving] = bench.StartEngine(null);
        }

        await feeding;
        await bench.SettleAsync();
        await Task.WhenAll(engines.Select(static engine => engine.StopAsync()));
        var accounting = await bench.AccountAsync();
        return new Finding
        {
            Facts = [("processes", Accounting.Text(Processes)), ("left by SIGTERM / SIGKILL", $"{left} / {killed}"), .. accounting.Facts],
            Problems = [.. accounting.Problems, .. problems.Distinct()],
        };
    }
}
