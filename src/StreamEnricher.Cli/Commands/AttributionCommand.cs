using System.CommandLine;
using System.Net;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.MapPatterns;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>attribution serve</c>: the attribution service, answered by the embedded providers.</summary>
internal static class AttributionCommand
{
    private const string DefaultListen = "127.0.0.1:5004";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = new Argument<string?>("PIPELINE")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Pipeline file whose attribution is used, without its service. Default: declared ids and the shipped tables.",
        };
        var set = CommonOptions.Set();
        var listen = new Option<string>("--listen")
        {
            HelpName = "address:port",
            Description = "Where to listen. There is no authentication: keep it where only the pipelines reach it.",
            DefaultValueFactory = _ => DefaultListen,
        };
        var serve = new DocumentedCommand(
            "serve",
            "Answer POST /map_patterns, with a result for each indicator, until SIGTERM or Ctrl-C.",
            "streamenricher attribution serve",
            "streamenricher attribution serve pipelines/detections.yaml --listen 0.0.0.0:5004")
        {
            pipeline, set, listen,
        };
        serve.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed);
            if (!IPEndPoint.TryParse(parsed.GetRequiredValue(listen), out var endPoint) || !parsed.GetRequiredValue(listen).Contains(':', StringComparison.Ordinal))
            {
                await terminal.Error.WriteLineAsync($"--listen must be an address and a port such as {DefaultListen}, not {parsed.GetRequiredValue(listen)}");
                return ExitCodes.Usage;
            }

            var options = parsed.GetValue(pipeline) is { } path ? PipelineInput.Read(path, parsed.GetRequiredValue(set), terminal, warnings: true) : Bare(terminal);
            return options is null ? ExitCodes.Usage : await ServeAsync(Embedded(options), endPoint, terminal, loggers, cancellation);
        });
        return new Command("attribution", "The attribution service.") { serve };
    }

    /// <summary>The pipeline with the providers that need nobody else.</summary>
    internal static PipelineOptions Embedded(PipelineOptions options) =>
        options with { Attribution = options.Attribution with { Providers = [.. options.Attribution.Providers.Where(provider => provider is not AttributionServiceOptions)] } };

    private static PipelineOptions? Bare(Terminal terminal) =>
        PipelineFile.Parse(BarePipeline.Yaml, BarePipeline.Name, [], terminal.Environment, Inventory.BesideExecutable()).Options is not { } options
            ? null
            : options with
            {
                Attribution = options.Attribution with { Providers = [new DeclaredProviderOptions(), new TablesProviderOptions { Files = [ShippedData.Keywords] }] },
            };

    private static Task<int> ServeAsync(PipelineOptions options, IPEndPoint listen, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation) =>
        PlanInput.UseAsync(options, terminal, loggers, async plan =>
        {
            using var signals = new StopSignals(cancellation);
            using var attributor = new IndicatorAttributor(plan, loggers);
            try
            {
                await using var server = await MapPatternsServer.StartAsync(listen, attributor, loggers, signals.Stop);
                var (log, addresses, release) = (loggers.CreateLogger("StreamEnricher"), string.Join(", ", server.Addresses), plan.Catalogue.Version);
                Log.Serving(log, addresses, release);
                var stopped = new TaskCompletionSource();
                await using var registration = signals.Stop.Register(stopped.SetResult);
                await stopped.Task;
                return ExitCodes.Done;
            }
            catch (ListenException exception)
            {
                await terminal.Error.WriteLineAsync(exception.Message);
                return ExitCodes.Failed;
            }
        });
}
