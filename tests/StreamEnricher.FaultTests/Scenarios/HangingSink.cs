using System.Globalization;

namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>The collector answers nothing for minutes at full load: OpenSearch gets its events as fast as before, memory stays bounded, and the collector catches up.</summary>
internal static class HangingSink
{
    private const long MemoryBeside = 150L << 20;
    private const long MemoryLimit = 256L << 20;

    /// <summary>Runs it.</summary>
    public static async Task<Finding> RunAsync(Bench bench, Scale scale)
    {
        // A backlog first: the engine works as fast as it can. It must last for both measurements.
        await bench.Feeder.FeedAsync(scale.Events * 3, TimeSpan.Zero);
        var engine = bench.StartEngine("one");
        await KillLoop.ProgressAsync(bench, () => engine.SettledAsync("siem"));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var load = new CancellationTokenSource();
        var feeding = FeedAsync(bench, scale.Events, load.Token);
        var undisturbed = await RateAsync(engine, scale.Hang / 2);
        bench.Hec.Hang();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var hanging = await RateAsync(engine, scale.Hang);
        await load.CancelAsync();
        await feeding;
        bench.Hec.GoOn();
        await bench.SettleAsync();
        var peak = engine.PeakRss;
        var exit = await engine.StopAsync();
        load.Dispose();
        var accounting = await bench.AccountAsync();
        var share = undisturbed > 0 ? hanging / undisturbed : 0;
        return new Finding
        {
            Facts =
            [
                .. accounting.Facts,
                ("OpenSearch, undisturbed", string.Create(CultureInfo.InvariantCulture, $"{undisturbed:N0} events/s")),
                ("OpenSearch, while the collector hung", string.Create(CultureInfo.InvariantCulture, $"{hanging:N0} events/s ({share:P0})")),
                ("peak resident memory (limits.memory 256 MiB)", string.Create(CultureInfo.InvariantCulture, $"{peak >> 20} MiB")),
            ],
            Problems =
            [
                .. accounting.Problems,
                .. share < scale.LeastShare ? ["the other sink was held up"] : Array.Empty<string>(),
                .. peak > MemoryLimit + MemoryBeside ? ["memory grew above the limit and 150 MiB"] : Array.Empty<string>(),
                .. exit == 0 ? Array.Empty<string>() : ["the engine did not drain"],
            ],
        };
    }

    /// <summary>Keeps a backlog before the engine.</summary>
    private static async Task FeedAsync(Bench bench, int events, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (bench.Feeder.Count - await bench.Search.CountAsync() < events)
            {
                await bench.Feeder.FeedAsync(events / 4, TimeSpan.Zero, stop);
            }
            else
            {
                await Task.Delay(200, CancellationToken.None);
            }
        }
    }

    private static async Task<double> RateAsync(EngineProcess engine, TimeSpan span)
    {
        var (begun, before) = (TimeProvider.System.GetTimestamp(), await engine.SettledAsync("siem"));
        await Task.Delay(span);
        return (await engine.SettledAsync("siem") - before) / TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }
}
