using System.CommandLine;
using System.Globalization;
using StreamEnricher.LoadTests.Comparing;
using StreamEnricher.LoadTests.Engines;
using StreamEnricher.LoadTests.Reports;
using StreamEnricher.LoadTests.Scenarios;
using StreamEnricher.Testing;

namespace StreamEnricher.LoadTests;

/// <summary>End to end: a real broker, the engine as a process of its own, receivers in this process. See the project's README.</summary>
internal static class Program
{
    private static readonly Option<string> Engine = new("--engine")
    {
        Description = "The engine's executable; a published one is compiled ahead of time.",
        DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "streamenricher"),
    };

    private static readonly Option<string> Folder = new("--results")
    {
        Description = "Folder for the report.",
        DefaultValueFactory = _ => Repository.PathOf("benchmarks", "StreamEnricher.LoadTests", "results"),
    };

    private static Task<int> Main(string[] arguments)
    {
        var command = "dotnet run -c Release --project benchmarks/StreamEnricher.LoadTests -- " + string.Join(' ', arguments);
        return new RootCommand("Load tests: KAFKA_BOOTSTRAP_SERVERS names the broker, or LOADTEST_KAFKA_START starts one.") { Run(command), Compare(command), Start(), Limits(command) }
            .Parse(arguments).InvokeAsync();
    }

    private static Command Run(string line)
    {
        var isShort = new Option<bool>("--short") { Description = "Fewer values and events: some minutes." };
        var groups = new Option<string[]>("--group") { Description = "Only these groups.", DefaultValueFactory = _ => [] };
        var command = new Command("run", "Throughput, CPU, latency and memory by rate, sinks, compression, event size, partitions, attribution and rules.") { isShort, groups, Engine, Folder };
        command.SetAction(async parsed =>
        {
            using var broker = Broker.Start();
            await using var topics = new FilledTopics(broker);
            var machine = Machine.Describe();
            var seconds = parsed.GetValue(isShort) ? 10 : 30;
            var run = new ScenarioRun(broker, topics, parsed.GetRequiredValue(Engine), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(seconds));
            var results = new List<ScenarioResult>();
            foreach (var scenario in ScenarioList.Create(parsed.GetValue(isShort), parsed.GetRequiredValue(groups)))
            {
                results.Add(await run.RunAsync(scenario));
                Console.WriteLine(LoadReport.Line(results[^1]));
                LoadReport.Write(parsed.GetRequiredValue(Folder), line, results, machine);
            }
        });
        return command;
    }

    private static Command Compare(string line)
    {
        var events = new Option<int>("--events") { Description = "Events of each run.", DefaultValueFactory = _ => 1_000_000 };
        var rounds = new Option<int>("--rounds") { Description = "Runs of each engine.", DefaultValueFactory = _ => 3 };
        var command = new Command("compare", "The same work beside rsyslog, in turns.") { events, rounds, Engine, Folder };
        command.SetAction(async parsed =>
        {
            if (!Rsyslog.IsInstalled)
            {
                await Console.Error.WriteLineAsync("rsyslog is missing: apt-get install rsyslog rsyslog-kafka rsyslog-elasticsearch");
                return 1;
            }

            using var broker = Broker.Start();
            await Comparison.RunAsync(
                broker, parsed.GetRequiredValue(Engine), parsed.GetValue(events), parsed.GetValue(rounds), parsed.GetRequiredValue(Folder), line, Console.Out);
            return 0;
        });
        return command;
    }

    private static Command Start()
    {
        var starts = new Option<int>("--starts") { Description = "How often it is started.", DefaultValueFactory = _ => 7 };
        var command = new Command("start", "From the start of the process to the first event delivered.") { starts, Engine };
        command.SetAction(async parsed =>
        {
            using var broker = Broker.Start();
            var times = await StartUp.MeasureAsync(broker, parsed.GetRequiredValue(Engine), parsed.GetValue(starts), Console.Error);
            var sorted = times.Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"first event after {sorted[0].TotalMilliseconds:0} to {sorted[^1].TotalMilliseconds:0} ms, median {sorted[sorted.Count / 2].TotalMilliseconds:0} ms of {sorted.Count} starts"));
        });
        return command;
    }

    private static Command Limits(string line)
    {
        var command = new Command("limits", "What memory, one pass over the bytes and the loopback interface would allow, beside what each stage costs.") { Folder };
        command.SetAction(parsed => PhysicalLimits.RunAsync(parsed.GetRequiredValue(Folder), line));
        return command;
    }
}
