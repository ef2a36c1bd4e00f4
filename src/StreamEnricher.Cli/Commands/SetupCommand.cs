using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>setup</c>: what the sinks need and may be made for them.</summary>
internal static class SetupCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done, with its bodies, and change nothing." };
        var command = new DocumentedCommand(
            "setup",
            "Install what the sinks of a pipeline need: Elasticsearch or OpenSearch templates and Kafka topics. Prints the Splunk stanzas. Can be repeated.",
            "streamenricher setup pipelines/detections.yaml --dry-run",
            "streamenricher setup pipelines/detections.yaml")
        {
            pipeline, set, dryRun, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed);
            return PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: true) is { } options
                ? await PlanInput.UseAsync(
                    options, terminal, loggers, plan => RunAsync(options, plan, parsed.GetValue(dryRun), parsed.GetValue(output) == "json", terminal, loggers, cancellation))
                : ExitCodes.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(PipelineOptions options, EnrichmentPlan plan, bool dryRun, bool json, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var failed = false;
        await foreach (var step in new PipelineSetup(options, plan.Formats.VendorNamespaces, dryRun, TimeProvider.System, loggers).RunAsync(cancellation))
        {
            failed |= step.Outcome == SetupStep.Failed;
            if (json)
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(step, CommandJson.Default.SetupStep));
                continue;
            }

            await terminal.Out.WriteLineAsync($"{step.Outcome,-8} {step.Target}: {step.Action}");
            if (step.Detail.Length > 0)
            {
                await terminal.Out.WriteLineAsync("         " + step.Detail.ReplaceLineEndings(Environment.NewLine + "         "));
            }
        }

        return failed ? ExitCodes.Failed : ExitCodes.Done;
    }
}
