using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Explaining;

namespace StreamEnricher.Cli.EventTests;

/// <summary>Runs files of tests: each event goes the pipeline's whole way, up to what its sinks would be sent. Nothing is sent, and no attribution service is asked.</summary>
/// <param name="environment">Value of an environment variable that a pipeline names.</param>
/// <param name="time">Measures tests.</param>
/// <param name="loggers">For faults of the engine itself.</param>
internal sealed class EventTestRunner(Func<string, string?> environment, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Runs a file's tests in order.</summary>
    /// <exception cref="EventTestException">The pipeline, a format, or a source that a test names cannot be used.</exception>
    public async Task<EventTestFileResult> RunAsync(EventTestFile file, CancellationToken cancellation)
    {
        var options = Options(file);
        EnrichmentPlan plan;
        try
        {
            plan = EnrichmentPlan.Load(options, time, loggers);
        }
        catch (CompositionException exception)
        {
            throw new EventTestException(exception.Message);
        }

        await using (plan)
        {
            var sources = TestSources.Of(file, plan);
            using var explainer = new Explainer(options, plan, [.. sources.Values.Distinct()], loggers);
            var results = new List<EventTestResult>();
            foreach (var test in file.Tests)
            {
                var started = time.GetTimestamp();
                var explanation = await explainer.ExplainAsync(sources[test].Name, sources[test].Name, test.Timestamp, test.Value, cancellation);
                results.Add(new EventTestResult(test, Differences.Of(test.Expected, explanation), time.GetElapsedTime(started)));
            }

            return new EventTestFileResult(file, results);
        }
    }

    private PipelineOptions Options(EventTestFile file)
    {
        var read = file.Pipeline is null
            ? PipelineFile.Parse(BarePipeline.Yaml, BarePipeline.Name, [], environment, Inventory.BesideExecutable())
            : PipelineFile.Load(file.Pipeline, [], environment, Inventory.BesideExecutable());
        var options = read.Options ?? throw new EventTestException(string.Join(Environment.NewLine, read.Problems.Where(problem => !problem.IsWarning)));
        return options with
        {
            Attribution = options.Attribution with { Providers = [.. options.Attribution.Providers.Where(provider => provider is not AttributionServiceOptions)] },
        };
    }
}
