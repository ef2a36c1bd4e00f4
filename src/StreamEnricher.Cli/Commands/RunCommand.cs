using System.Collections;
using System.CommandLine;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka.Interop;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>run</c>: the pipeline at work until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var exitAtEnd = new Option<bool>("--exit-at-end") { Description = "Stop once all that was in the topics at the start is settled in every sink." };
        var command = new DocumentedCommand(
            "run",
            "Run a pipeline until SIGTERM or Ctrl-C, then drain; a second signal stops at once. Changed files are put to work as it runs, SIGHUP reads them at once. Exit code 0: drained, 1: failed or not all settled in time, 2: wrong configuration.",
            "streamenricher run pipelines/detections.yaml",
            "streamenricher run pipelines/minimal.yaml --set sinks.siem.elasticsearch.url=https://es:9200 --exit-at-end")
        {
            pipeline, set, exitAtEnd,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            // First of all: before this, a signal ends the process as it ends any other.
            using var signals = new StopSignals(cancellation);
            using var loggers = CommonOptions.CreateLoggers(parsed);
            using var hangUps = new ReloadSignal();
            var (path, overrides) = (parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set));
            var files = new WatchedFiles(path);
            var read = PipelineInput.Load(path, overrides, terminal);
            PipelineInput.Report(read.Problems, terminal);
            if (read.Options is null)
            {
                return ExitCodes.Usage;
            }

            files.Follow(read.Options);
            return await RunAsync(new PipelineSource(read, () => PipelineInput.Load(path, overrides, terminal), files, hangUps), parsed.GetValue(exitAtEnd), loggers, signals);
        });
        return command;
    }

    /// <summary>Runs a pipeline; returns the process's exit code.</summary>
    internal static async Task<int> RunAsync(PipelineSource source, bool exitAtEnd, ILoggerFactory loggers, StopSignals signals)
    {
        var options = source.Read.Options!;
        var log = loggers.CreateLogger("StreamEnricher");
        NativeHeap.KeepLargeBuffersOut();
        try
        {
            using var telemetry = Telemetry.Start(options.Name, Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static one => (string)one.Key, static one => (string?)one.Value));
            await using var host = await PipelineHost.CreateAsync(options, exitAtEnd, TimeProvider.System, loggers);
            await using var reloader = host.CreateReloader(source, TimeProvider.System, loggers);
            // Told to stop meanwhile, the pipeline drains like at any other time: nothing is half started.
            await using var server = host.Api is { } api ? await ApiServer.StartAsync(api, loggers, CancellationToken.None) : null;
            var summary = PipelineSummary.Of(options);
            Log.Started(log, ProductVersion.Text, summary);
            reloader.Start();
            var begun = TimeProvider.System.GetTimestamp();
            var result = EngineResult.Aborted;
            try
            {
                result = await host.RunAsync(signals.Stop, signals.Abort);
            }
            finally
            {
                var (totals, seconds) = (PipelineSummary.Of(options, host.Totals), TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
                Log.Ended(log, totals, seconds);
            }

            return result == EngineResult.Drained ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (CompositionException exception)
        {
            Log.Failed(log, exception.Message);
            return ExitCodes.Usage;
        }
        catch (Exception exception) when (exception is ListenException or InvalidOperationException { InnerException: not null })
        {
            Log.Failed(log, exception.Message);
            return ExitCodes.Failed;
        }
    }
}
