using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.EventTests;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>test</c>: tests of pipelines and formats, written in YAML.</summary>
internal static class TestCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("PATH") { Arity = ArgumentArity.OneOrMore, Description = "Files of tests, or folders with such files (*.yaml)." };
        var junit = new Option<string?>("--junit") { HelpName = "file", Description = "Also write the results as JUnit XML." };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "test",
            "Run tests of pipelines and formats: events, and the fields, techniques, sinks or dead letters that should come of them. Sends nothing. Exit code 1 when one fails.",
            "streamenricher test pipelines/tests",
            "streamenricher test pipelines/tests/detections.yaml --junit results.xml")
        {
            paths, junit, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
            try
            {
                return await RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(junit), parsed.GetValue(output) == "json", terminal, loggers, cancellation);
            }
            catch (EventTestException exception)
            {
                await terminal.Error.WriteLineAsync(exception.Message);
                return ExitCodes.Usage;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, string? junit, bool json, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        // All files are read before the first is run: a mistake in the last one should not cost the time of the others.
        var files = paths.SelectMany(Files).Select(EventTestReader.Read).ToList();
        var runner = new EventTestRunner(terminal.Environment, TimeProvider.System, loggers);
        var results = new List<EventTestFileResult>();
        foreach (var file in files)
        {
            results.Add(await runner.RunAsync(file, cancellation));
        }

        if (junit is not null)
        {
            await using var stream = File.Create(junit);
            TestReport.WriteJUnit(results, stream);
        }

        if (json)
        {
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(Reported.Of(results), CommandJson.Default.ReportedTests));
        }
        else
        {
            TestReport.WriteText(results, terminal.Out);
        }

        return results.Any(file => file.Tests.Any(test => test.Differences.Count > 0)) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = Directory.EnumerateFiles(path, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new EventTestException($"{path}: there are no files of tests (*.yaml) in this folder");
    }

    private static class Reported
    {
        public static ReportedTests Of(IReadOnlyList<EventTestFileResult> files)
        {
            var tests = files.SelectMany(file => file.Tests.Select(test => new ReportedTest(file.File.Path, test.Test.Line, test.Test.Name, test.Differences.Count == 0, test.Differences))).ToList();
            return new ReportedTests(tests.Count(test => test.Passed), tests.Count(test => !test.Passed), tests);
        }
    }
}
