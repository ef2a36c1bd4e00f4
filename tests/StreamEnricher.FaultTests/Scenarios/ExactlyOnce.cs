using StreamEnricher.FaultTests.Servers;

namespace StreamEnricher.FaultTests.Scenarios;

/// <summary>SIGKILL at random moments with a Kafka output that delivers exactly once: a reader of committed transactions must see each event once.</summary>
internal static class ExactlyOnce
{
    /// <summary>Runs it.</summary>
    public static async Task<Finding> RunAsync(Bench bench, Scale scale)
    {
        var random = new Random(11);
        var feeding = bench.Feeder.FeedAsync(scale.Events, TimeSpan.FromSeconds(scale.Kills * 3.5));
        var engine = bench.StartEngine("one", exactlyOnce: true);
        for (var kill = 0; kill < scale.Kills; kill++)
        {
            await KillLoop.ProgressAsync(bench, () => Task.FromResult((long)bench.Hec.Unique));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 3000)));
            engine.Kill();
            engine = bench.StartEngine("one", exactlyOnce: true);
        }

        await feeding;
        await bench.SettleAsync();
        var exit = await engine.StopAsync();
        var accounting = await bench.AccountAsync();
        var seen = OutputTopic.Read(bench.Settings.Kafka, bench.OutputTopic);
        var produced = bench.Feeder.Ids;
        var (missing, twice) = (produced.Count(id => !seen.ContainsKey(id)), seen.Values.Sum(static times => times - 1L));
        return new Finding
        {
            Facts =
            [
                ("kills (SIGKILL)", Accounting.Text(scale.Kills)),
                .. accounting.Facts,
                ("missing / more than once in the output topic", $"{Accounting.Text(missing)} / {Accounting.Text(twice)}"),
            ],
            Problems =
            [
                .. accounting.Problems,
                .. missing > 0 ? [$"{Accounting.Text(missing)} records are missing in the output topic"] : Array.Empty<string>(),
                .. twice > 0 ? [$"{Accounting.Text(twice)} records are in the output topic once too often"] : Array.Empty<string>(),
                .. exit == 0 ? Array.Empty<string>() : ["the engine did not drain"],
            ],
        };
    }
}
