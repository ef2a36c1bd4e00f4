using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Cli.Composition;

/// <summary>A whole pipeline, built from its file and ready to run. The only place that knows all its parts.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    /// <summary>A sink that reads on its own gets one part in so many of the budget for what it has in hand.</summary>
    private const int CatchUpShare = 8;

    private readonly PipelineOptions _options;
    private readonly EnrichmentPlan _plan;
    private readonly PipelineMetrics _metrics;
    private readonly List<IEventSink> _sinks = [];
    private readonly IDeadLetterStore _deadLetters;
    private readonly KafkaEventSource _source;
    private readonly PipelineEngine _engine;

    private PipelineHost(PipelineOptions options, EnrichmentPlan plan, bool exitAtEnd, PipelineMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _plan = plan;
        _metrics = metrics;
        Totals = new RunTotals(metrics);
        var memory = new MemoryBudget(options.Limits.Memory);
        var parts = new PipelineParts(options, memory, metrics, time, loggers);
        foreach (var (name, sink) in options.ActiveSinks)
        {
            _sinks.Add(parts.CreateSink(name, sink));
        }

        _deadLetters = parts.CreateDeadLetters();
        var sourceOptions = KafkaMapping.Source(options, exitAtEnd);
        _source = new KafkaEventSource(sourceOptions, memory, metrics, time, loggers.CreateLogger<KafkaEventSource>());
        var catchUp = new KafkaCatchUp(sourceOptions, memory, time, loggers.CreateLogger<KafkaCatchUp>());
        var output = plan.Output();
        var enricher = plan.CreateEnricher(PipelineSinks.Encoders(options, plan, output), plan.Sources(), output, metrics, loggers);
        _engine = new PipelineEngine(
            _source,
            enricher.EnrichAsync,
            [.. _sinks.Zip(options.ActiveSinks, (sink, active) => new SinkSlot(sink, HttpSinkMapping.Workers(active.Value), active.Value.DetachAfter))],
            _deadLetters,
            memory,
            new EngineOptions
            {
                Parallelism = options.Limits.Parallelism > 0 ? options.Limits.Parallelism : Environment.ProcessorCount,
                DrainTimeout = options.Limits.DrainTimeout,
                ExitAtEnd = exitAtEnd,
                CatchUpBytes = options.Limits.Memory / CatchUpShare,
            },
            metrics,
            time,
            loggers.CreateLogger<PipelineEngine>(),
            catchUp.ReadAsync);
    }

    /// <summary>What was done so far.</summary>
    public RunTotals Totals { get; }

    /// <summary>Builds everything; nothing is read or sent yet.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="exitAtEnd">Stop once all that was in the topics at the start is settled.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <exception cref="CompositionException">A part cannot be built; the message is for the operator.</exception>
    public static async Task<PipelineHost> CreateAsync(PipelineOptions options, bool exitAtEnd, TimeProvider time, ILoggerFactory loggers)
    {
        var metrics = new PipelineMetrics();
        EnrichmentPlan? plan = null;
        try
        {
            plan = EnrichmentPlan.Load(options, time, loggers);
            return new PipelineHost(options, plan, exitAtEnd, metrics, time, loggers);
        }
        catch (Exception exception)
        {
            metrics.Dispose();
            if (plan is not null)
            {
                await plan.DisposeAsync();
            }

            throw exception is KafkaSetupException ? new CompositionException(exception.Message, exception) : exception;
        }
    }

    /// <summary>Runs until stopped, or with exit-at-end until the end is settled.</summary>
    /// <param name="stop">First signal: drain.</param>
    /// <param name="abort">Second signal: stop at once.</param>
    public Task<EngineResult> RunAsync(CancellationToken stop, CancellationToken abort) => _engine.RunAsync(stop, abort);

    /// <summary>Whether it reads and every sink takes events.</summary>
    public Readiness Readiness()
    {
        var status = _engine.Status();
        return new Readiness(status.Ready, status.Problems);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _engine.DisposeAsync();
        foreach (var sink in _sinks)
        {
            await sink.DisposeAsync();
        }

        await _deadLetters.DisposeAsync();
        await _plan.DisposeAsync();
        Totals.Dispose();
        _metrics.Dispose();
    }
}
