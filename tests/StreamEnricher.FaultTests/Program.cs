using StreamEnricher.FaultTests.Scenarios;

namespace StreamEnricher.FaultTests;

/// <summary>
/// Runs the published engine against real servers, breaks things meanwhile, and accounts for every record afterwards: it is in each sink, or the run fails.
/// See CONTRIBUTING.md for the command lines and the environment.
/// </summary>
internal static class Program
{
    private static readonly IReadOnlyDictionary<string, Func<Bench, Scale, Task<Finding>>> Scenarios = new Dictionary<string, Func<Bench, Scale, Task<Finding>>>
    {
        ["kills"] = static (bench, scale) => KillLoop.RunAsync(bench, scale, detached: false),
        ["kills-detached"] = static (bench, scale) => KillLoop.RunAsync(bench, scale, detached: true),
        ["exactly-once"] = ExactlyOnce.RunAsync,
        ["hang"] = HangingSink.RunAsync,
        ["members"] = Members.RunAsync,
        ["reload"] = static (bench, _) => Reloads.RunAsync(bench),
        ["soak"] = Soak.RunAsync,
    };

    private static async Task<int> Main(string[] arguments)
    {
        var isLong = arguments.Contains("--long");
        var report = Value("--report");
        var names = arguments.Where(argument => Scenarios.ContainsKey(argument)).ToList();
        if (arguments.Contains("--help") || arguments.Any(argument => !argument.StartsWith("--", StringComparison.Ordinal) && !Scenarios.ContainsKey(argument) && argument != report && argument != Value("--engine")))
        {
            await Console.Error.WriteLineAsync($"usage: [{string.Join("|", Scenarios.Keys)}]... [--long] [--engine PATH] [--report FILE.md]; all scenarios when none is named");
            return 2;
        }

        if (Settings.Read(Value("--engine")) is not { } settings)
        {
            return 2;
        }

        var findings = new List<Finding>();
        foreach (var name in names.Count > 0 ? names : [.. Scenarios.Keys])
        {
            Console.WriteLine($"== {name}");
            var begun = TimeProvider.System.GetTimestamp();
            await using var bench = await Bench.StartAsync(settings, name);
            var finding = await Scenarios[name](bench, isLong ? Scale.Long : Scale.Short);
            findings.Add(finding with { Name = name, Duration = TimeProvider.System.GetElapsedTime(begun) });
            Console.WriteLine(Markdown.Of(findings[^1]));
            bench.Keep = finding.Problems.Count > 0;
        }

        if (report is not null)
        {
            await File.WriteAllTextAsync(report, Markdown.Of(findings, isLong));
        }

        var failed = findings.Count(static finding => finding.Problems.Count > 0);
        Console.WriteLine($"{findings.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;

        string? Value(string option) => Array.IndexOf(arguments, option) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
