namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>SIGKILL at random moments while events flow; restarted at once.</summary>
internal static class KillLoop
{
    /// <summary>Runs it.</summary>
    /// <param name="bench">Servers.</param>
    /// <param name="scale">How much.</param>
    /// <param name="detached">The collector hangs during the first half, so that its sink is detached when the engine is killed.</param>
    public static async Task<Finding> RunAsync(Bench bench, Scale scale, bool detached)
    {
        var random = new Random(7);
        var feeding = bench.Feeder.FeedAsync(scale.Events, TimeSpan.FromSeconds(scale.Kills * 3.5));
        var duplicates = new List<long>();
        if (detached)
        {
            bench.Hec.Hang();
        }

        var engine = bench.StartEngine("one");
        for (var kill = 0; kill < scale.Kills; kill++)
        {
            await ProgressAsync(bench, detached && kill < scale.Kills / 2 ? async () => await bench.Search.CountAsync() : () => Task.FromResult((long)bench.Hec.Unique));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, detached && kill < scale.Kills / 2 ? 6000 : 3000)));
            engine.Kill();
            duplicates.Add(bench.Hec.Duplicates);
            if (kill + 1 >= scale.Kills / 2)
            {
                bench.Hec.GoOn();
            }

            engine = bench.StartEngine("one");
        }

        await feeding;
        await bench.SettleAsync();
        var exit = await engine.StopAsync();
        var accounting = await bench.AccountAsync();
        duplicates.Add(bench.Hec.Duplicates);
        var most = duplicates.Zip(duplicates.Skip(1), static (before, after) => after - before).Prepend(duplicates[0]).Max();
        return new Finding
        {
            Facts =
            [
                ("kills (SIGKILL)", Accounting.Text(scale.Kills)),
                .. accounting.Facts,
                ("most duplicates after one kill", Accounting.Text(most)),
            ],
            Problems = [.. accounting.Problems, .. exit == 0 ? Array.Empty<string>() : [$"the engine ended with {exit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "SIGKILL, it did not drain"}"]],
        };
    }

    /// <summary>Waits until something has moved, or everything is there.</summary>
    public static async Task ProgressAsync(Bench bench, Func<Task<long>> count)
    {
        var before = await count();
        for (var i = 0; i < 600 && await count() is var now && now == before && now < Math.Max(1, bench.Feeder.Count); i++)
        {
            await Task.Delay(50);
        }
    }
}
