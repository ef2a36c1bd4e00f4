using StreamEnricher.Cli.Commands;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Cli.Reloading;

/// <summary>
/// Reads a running pipeline's files again when they have changed or somebody asks, and puts them to work between two batches. What cannot be used, or cannot change while the pipeline
/// runs, is refused as a whole: the pipeline goes on as before, and the log, the metrics and readiness say why.
/// </summary>
internal sealed class Reloader : IAsyncDisposable
{
    /// <summary>How soon it is noticed that somebody asks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>The files are looked at every so many intervals. A change is at work after two looks without another one, and the time that loading takes.</summary>
    private const int Look = 10;

    private readonly CurrentPipeline _current;
    private readonly PipelineSource _source;
    private readonly Action<PipelineVersion> _prepare;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private PipelineFileResult _running;
    private Task _watching = Task.CompletedTask;

    /// <param name="current">The pipeline.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="prepare">Makes what batches of a version need.</param>
    /// <param name="metrics">Instruments.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    public Reloader(CurrentPipeline current, PipelineSource source, Action<PipelineVersion> prepare, PipelineMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        (_current, _source, _prepare, _metrics, _time, _loggers, _running) = (current, source, prepare, metrics, time, loggers, source.Read);
        _logger = loggers.CreateLogger<Reloader>();
        metrics.Observe<int>("streamenricher.configuration.refused", "1: the pipeline's files as they are now are refused, and it goes on as before.", () => [new(current.Refusal is null ? 0 : 1)]);
    }

    /// <summary>Starts to look.</summary>
    public void Start() => _watching = Task.Run(WatchAsync);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    /// <summary>Looks at the files once.</summary>
    internal async Task LookAsync()
    {
        if (_source.Files.HaveChanged())
        {
            await ReloadAsync();
        }
    }

    /// <summary>Reads the files and puts them to work, or refuses them.</summary>
    internal async Task ReloadAsync()
    {
        // First: what changes while they are read is seen at the next look.
        _source.Files.Settle();
        var begun = _time.GetTimestamp();
        var problem = await TryExchangeAsync();
        _current.Refusal = problem;
        _metrics.Reloads.Add(1, new KeyValuePair<string, object?>("outcome", problem is null ? "applied" : "refused"));
        if (problem is null)
        {
            var (seconds, pipeline) = (_time.GetElapsedTime(begun).TotalSeconds, PipelineSummary.Of(_current.Options));
            Log.Reloaded(_logger, seconds, pipeline);
        }
        else
        {
            Log.Refused(_logger, problem);
        }
    }

    /// <summary>Puts the files to work; what is wrong with them otherwise.</summary>
    private async Task<string?> TryExchangeAsync()
    {
        var read = _source.Again();
        if (read.Options is { } readable)
        {
            _source.Files.Follow(readable);
            foreach (var key in LiveKeys.Frozen(_running.Root!, read.Root!))
            {
                read.Context.Error(key, $"{key} cannot change while the pipeline runs", "restart it, or take the change back");
            }
        }

        if (read.Options is not { } wanted)
        {
            return string.Join("; ", read.Problems.Where(static problem => !problem.IsWarning));
        }

        EnrichmentPlan? plan = null;
        try
        {
            var options = InOrderOf(_current.Options, wanted);
            plan = EnrichmentPlan.Load(options, _time, _loggers, onlyRead: true, _current.Version.Plan);
            var version = new PipelineVersion(options, plan);
            _prepare(version);
            await _current.ExchangeAsync(version);
            _running = read;
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it is, a file must not end a pipeline that works.
            if (plan is not null)
            {
                await plan.DisposeAsync(_current.Version.Plan);
            }

            return exception.Message.ReplaceLineEndings("; ");
        }
    }

    /// <summary>What batches carry for each sink stands in the order that the run began with.</summary>
    private static PipelineOptions InOrderOf(PipelineOptions running, PipelineOptions wanted)
    {
        var sinks = wanted.Sinks.ToDictionary(StringComparer.Ordinal);
        return wanted with { Sinks = [.. running.Sinks.Select(sink => KeyValuePair.Create(sink.Key, sinks[sink.Key]))] };
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            for (var i = 1; await timer.WaitForNextTickAsync(_stop.Token); i++)
            {
                if (_source.Signal.Take())
                {
                    await ReloadAsync();
                }
                else if (i % Look == 0)
                {
                    await LookAsync();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run has ended.
        }
    }
}
