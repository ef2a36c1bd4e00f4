using System.CommandLine;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>enrich</c>: the pipeline's enrichment alone, from standard input to standard output.</summary>
internal static class EnrichCommand
{
    private const string Topic = "stdin";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var to = new Option<string>("--to") { Required = true, Description = "What a line of the output is: an ECS document, a HEC envelope, the common event, or a STIX object." }
            .AcceptOnlyFromAmong("ecs", "hec", "event", "stix");
        var source = new Option<string?>("--source") { HelpName = "name", Description = "Source entry whose format the events have. Default: the only one, else recognised event by event." };
        var command = new DocumentedCommand(
            "enrich",
            "Enrich events from standard input to standard output: one line out for a line in, in the same order. Needs no Kafka and no sink.",
            "streamenricher enrich pipelines/detections.yaml --to ecs < events.ndjson > documents.ndjson",
            "streamenricher enrich pipelines/detections.yaml --to event --source ids < eve.json | head -1")
        {
            pipeline, set, to, source,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed);
            return PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is { } options
                ? await RunAsync(options, parsed.GetRequiredValue(to), parsed.GetValue(source), terminal, loggers, cancellation)
                : ExitCodes.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(PipelineOptions options, string to, string? sourceName, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (sourceName is not null && options.Sources.All(source => source.Key != sourceName))
        {
            await terminal.Error.WriteLineAsync($"there is no source {sourceName} in the pipeline ({Suggestion.For(sourceName, [.. options.Sources.Select(source => source.Key)])})");
            return ExitCodes.Usage;
        }

        return await PlanInput.UseAsync(options, terminal, loggers, async plan =>
        {
            using var metrics = new PipelineMetrics();
            var output = plan.Output() with { KafkaPosition = false };
            var entry = StdinSource.Choose(plan, sourceName);
            var sink = new EnrichedSink(to, SinkEncoders.OfFormat(to, options, output, plan.Catalogue), null);
            var enricher = plan.CreateEnricher([sink], [entry], output, metrics, loggers);
            var lines = new LineBatches(terminal.OpenInput(), new PartitionLease(entry.Name, Topic, 0, [0]), options.Limits.Batch.Events, (int)options.Limits.Batch.Bytes);
            var parallelism = options.Limits.Parallelism > 0 ? options.Limits.Parallelism : Environment.ProcessorCount;
            await new LineEnricher(lines, enricher.EnrichAsync, parallelism).RunAsync(terminal.OpenOutput(), cancellation);
            return ExitCodes.Done;
        });
    }
}
