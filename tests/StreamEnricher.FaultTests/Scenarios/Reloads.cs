using System.Globalization;

namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>The pipeline's files change again and again at full load, some of them to what must be refused; SIGKILL in between.</summary>
internal static class Reloads
{
    private const int Times = 100;
    private const int EventsPerReload = 2000;
    private const int KillEvery = 20;
    private const int BadEvery = 10;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Runs it.</summary>
    public static async Task<Finding> RunAsync(Bench bench)
    {
        var random = new Random(11);
        var feeding = bench.Feeder.FeedAsync(Times * EventsPerReload, Times * Between);
        var engine = bench.StartEngine("one");
        await engine.LiveAsync();
        var (applied, refused, kills) = (0L, 0L, 0);
        for (var i = 1; i <= Times; i++)
        {
            bench.ChangePipeline(i % BadEvery == 0 ? "output: { original: perhaps }" : string.Create(CultureInfo.InvariantCulture, $"output: {{ original: {(i % 2 == 0 ? "true" : "false")} }} # {i}"));
            await engine.ReloadAsync();
            await Task.Delay(Between * (0.5 + random.NextDouble()));
            if (i % KillEvery == 0)
            {
                (applied, refused) = (applied + await engine.ReloadsAsync("applied"), refused + await engine.ReloadsAsync("refused"));
                engine.Kill();
                kills++;
                bench.ChangePipeline("");
                engine = bench.StartEngine("one");
                await engine.LiveAsync();
            }
        }

        await feeding;
        await bench.SettleAsync();
        (applied, refused) = (applied + await engine.ReloadsAsync("applied"), refused + await engine.ReloadsAsync("refused"));
        var exit = await engine.StopAsync();
        var accounting = await bench.AccountAsync();
        return new Finding
        {
            Facts =
            [
                ("reloads asked for (SIGHUP)", Accounting.Text(Times)),
                ("applied / refused", $"{Accounting.Text(applied)} / {Accounting.Text(refused)}"),
                ("kills (SIGKILL)", Accounting.Text(kills)),
                .. accounting.Facts,
            ],
            Problems =
            [
                .. accounting.Problems,
                .. applied > 0 && refused > 0 ? Array.Empty<string>() : ["no reload was applied, or none refused"],
                .. exit == 0 ? Array.Empty<string>() : [$"the engine ended with {exit?.ToString(CultureInfo.InvariantCulture) ?? "SIGKILL, it did not drain"}"],
            ],
        };
    }
}
