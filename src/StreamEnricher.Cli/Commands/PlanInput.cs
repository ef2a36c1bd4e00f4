using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands;

/// <summary>Loads a pipeline's formats and attribution for a command and shows what is wrong with them.</summary>
internal static class PlanInput
{
    /// <summary>Runs an action with the plan; exit code 2 after its problems have been written to standard error.</summary>
    public static async Task<int> UseAsync(PipelineOptions options, Terminal terminal, ILoggerFactory loggers, Func<EnrichmentPlan, Task<int>> action)
    {
        EnrichmentPlan plan;
        try
        {
            plan = EnrichmentPlan.Load(options, TimeProvider.System, loggers);
        }
        catch (CompositionException exception)
        {
            await terminal.Error.WriteLineAsync(exception.Message);
            return ExitCodes.Usage;
        }

        await using (plan)
        {
            return await action(plan);
        }
    }
}
