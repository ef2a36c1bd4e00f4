using System.Globalization;
using Microsoft.Coyote;
using Microsoft.Coyote.SystematicTesting;

namespace StreamEnricher.ConcurrencyTests;

/// <summary>Runs concurrent code under schedules that Microsoft Coyote chooses: only one task runs at a time, and at each point where it could be interrupted the tester decides who goes on.</summary>
/// <remarks>What is found comes with the schedule that leads to it, so it happens again. The projects are rewritten for this after they were built; what was not is not under control, and fails here.</remarks>
internal static class Schedules
{
    private const uint Seed = 1;

    private static readonly uint Count = uint.Parse(Environment.GetEnvironmentVariable("SCHEDULES") ?? "200", CultureInfo.InvariantCulture);

    /// <summary>Runs a scenario once for each of many schedules (variable SCHEDULES), half of them random and half with few changes of priority, which reach deep orders that chance does not.</summary>
    public static void Explore(Func<Task> scenario)
    {
        var configuration = Configuration.Create().WithTestingIterations(Count / 2).WithRandomGeneratorSeed(Seed).WithMaxSchedulingSteps(20_000)
            .WithDeadlockTimeout(60_000).WithTelemetryEnabled(false);
        Run(scenario, configuration.WithRandomStrategy());
        Run(scenario, configuration.WithPrioritizationStrategy(isFair: true));
    }

    private static void Run(Func<Task> scenario, Configuration configuration)
    {
        using var engine = TestingEngine.Create(configuration, scenario);
        engine.Run();
        var report = engine.TestReport;
        Assert.True(report.NumOfFoundBugs == 0, string.Join('\n', report.BugReports));
        Assert.True(report.InternalErrors.Count == 0, string.Join('\n', report.InternalErrors));
        Assert.True(report.MaxConcurrencyDegree > 1, "nothing ran side by side: the assemblies were not rewritten");
        TestContext.Current.TestOutputHelper?.WriteLine(report.GetText(configuration));
    }
}
