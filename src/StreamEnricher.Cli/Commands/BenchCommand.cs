using System.CommandLine;
using System.Text.Json;
using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Cli.Benching.Stages;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>bench</c>: what a pipeline can do on this machine.</summary>
internal static class BenchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var load = new LoadOptions();
        var kafka = new Option<bool>("--kafka") { Description = "Let the events go through the pipeline's broker, in topics that are made for it and deleted afterwards." };
        var kafkaEvents = new Option<int>("--kafka-events") { HelpName = "count", Description = "Events written to the broker beforehand when there is no --rate.", DefaultValueFactory = _ => new BenchSettings().KafkaEvents };
        var noStages = new Option<bool>("--no-stages") { Description = "Do not measure the stages one by one." };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "bench",
            "Measure a pipeline with events that are made up or replayed: throughput, CPU, latency, memory, and where the time goes. Without a pipeline file: detection events to an Elasticsearch and a Splunk sink. Needs no Kafka and no server.",
            "streamenricher bench",
            "streamenricher bench pipelines/detections.yaml --events windows --sinks null",
            "streamenricher bench pipelines/detections.yaml --input eve.json --source ids --rate 10000/s --duration 30s",
            "streamenricher bench pipelines/detections.yaml --kafka --sinks pipeline --output json")
        {
            kafka, kafkaEvents, noStages, output,
        };
        load.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
            return await load.UseAsync(parsed, terminal, loggers, (options, plan, events) => RunAsync(
                new BenchInput(options, plan, events, load.Describe(parsed)),
                load.Settings(parsed) with { Kafka = parsed.GetValue(kafka), KafkaEvents = parsed.GetValue(kafkaEvents) },
                !parsed.GetValue(noStages), parsed.GetValue(output) == "json", terminal, loggers, cancellation));
        });
        return command;
    }

    private static async Task<int> RunAsync(
        BenchInput input, BenchSettings settings, bool stages, bool json, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var (options, plan, load) = (input.Options, input.Plan, input.Load);
        try
        {
            var figures = await new BenchRun(options, plan, load, settings, TimeProvider.System, loggers).RunAsync(cancellation);
            var shares = stages
                ? await StageMeter.MeasureAsync(options, plan, load, settings.Sinks, figures.CpuSecondsPerMillion, TimeProvider.System, loggers, cancellation)
                : [];
            var report = new BenchReport(options.Name, input.Events, load.EventBytes, settings.Sinks.ToString().ToLowerInvariant(), settings.Rate, BenchReport.ThisMachine, figures, shares);
            if (json)
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(report, CommandJson.Default.BenchReport));
            }
            else
            {
                report.Print(terminal.CreateConsole(), terminal.Out);
            }

            return figures.Events > 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception error) when (error is KafkaSetupException or CompositionException or InvalidOperationException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }

    private sealed record BenchInput(Configuration.PipelineOptions Options, EnrichmentPlan Plan, LoadStreams Load, string Events);
}
