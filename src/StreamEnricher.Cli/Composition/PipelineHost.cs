using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Intelligence;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Progress;
using StreamEnricher.Kafka.Transactions;

namespace StreamEnricher.Cli.Composition;

/// <summary>A whole pipeline, built from its file and ready to run. The only place that knows all its parts.</summary>
internal sealed class PipelineHost : IAsyncDisposable
{
    /// <summary>A sink that reads on its own gets one part in so many of the budget for what it has in hand.</summary>
    private const int CatchUpShare = 8;

    private readonly CurrentPipeline _current;
    private readonly FollowingEnricher _enricher;
    private readonly PipelineMetrics _metrics;
    private readonly List<IEventSink> _sinks = [];
    private readonly Dictionary<string, OffsetGate> _gates = [];
    private readonly IDeadLetterStore _deadLetters;
    private readonly KafkaEventSource _source;
    private readonly PipelineEngine _engine;
    private readonly ApiParts? _api;
    private readonly HeapGuard _heap;

    private PipelineHost(CurrentPipeline current, bool exitAtEnd, PipelineMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        var options = current.Options;
        _current = current;
        _metrics = metrics;
        Totals = new RunTotals(metrics);
        var memory = new MemoryBudget(options.Limits.Memory);
        var parts = new PipelineParts(options, memory, metrics, time, loggers);
        var aggregation = new StixAggregation(options, current.Catalogue, memory, time, loggers);
        _deadLetters = parts.CreateDeadLetters();
        foreach (var (name, sink) in options.ActiveSinks)
        {
            if (KafkaMapping.IsFenced(sink))
            {
                _gates[name] = new OffsetGate();
            }

            var gate = _gates.GetValueOrDefault(name);
            _sinks.Add(StixAggregation.Is(sink) ? parts.CreateAggregating(name, sink, aggregation, gate) : parts.CreateSink(name, sink, _deadLetters, gate));
        }

        AggregationGauges.Register(metrics, [.. _sinks.OfType<AggregatingSink>()]);
        var sourceOptions = KafkaMapping.Source(options, exitAtEnd);
        sourceOptions = sourceOptions with { Sinks = [.. sourceOptions.Sinks.Select(sink => sink with { Gate = _gates.GetValueOrDefault(sink.Name) })] };
        _source = new KafkaEventSource(sourceOptions, memory, metrics, time, loggers.CreateLogger<KafkaEventSource>());
        var catchUp = new KafkaCatchUp(sourceOptions, memory, metrics, time, loggers.CreateLogger<KafkaCatchUp>());
        _api = options.Api is null ? null : new ApiParts(current, memory, metrics, () => _engine!.Status(), Control(sourceOptions, time, loggers), time, loggers);
        _enricher = new FollowingEnricher(current, version => CreateEnricher(version, metrics, loggers));
        _enricher.Prepare(current.Version);
        _engine = new PipelineEngine(
            _source,
            _api is null ? _enricher.EnrichAsync : Watched(_enricher.EnrichAsync, _api.Backend),
            [.. _sinks.Zip(options.ActiveSinks, (sink, active) => Slot(sink, active.Value))],
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

        // By now every client has taken the bytes that it keeps for good; the rest is the batches'.
        SlabPool.Shared.MaxBytes = Math.Max(memory.Limit - memory.Forever, 0);
        _heap = new HeapGuard(memory, SlabPool.Shared, time);
    }

    /// <summary>What was done so far.</summary>
    public RunTotals Totals { get; }

    /// <summary>What the API works on; null when it is off.</summary>
    public ApiBackend? Api => _api?.Backend;

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
            plan = EnrichmentPlan.Load(options, time, loggers, onlyRead: true);
            return new PipelineHost(new CurrentPipeline(new PipelineVersion(options, plan)), exitAtEnd, metrics, time, loggers);
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

    /// <summary>What puts the pipeline's files to work when they change; to be started and disposed of by the caller, before the host.</summary>
    /// <param name="source">Where the pipeline comes from.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    public Reloader CreateReloader(PipelineSource source, TimeProvider time, ILoggerFactory loggers) => new(_current, source, _enricher.Prepare, _metrics, time, loggers);

    /// <summary>Runs until stopped, or with exit-at-end until the end is settled.</summary>
    /// <param name="stop">First signal: drain.</param>
    /// <param name="abort">Second signal: stop at once.</param>
    public Task<EngineResult> RunAsync(CancellationToken stop, CancellationToken abort)
    {
        _api?.Start();
        foreach (var sink in _sinks.OfType<TransactionalSink>())
        {
            sink.Start();
        }

        return _engine.RunAsync(stop, abort);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        await _source.DisposeAsync();
        await _engine.DisposeAsync();
        foreach (var sink in _sinks)
        {
            await sink.DisposeAsync();
        }

        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }

        await _deadLetters.DisposeAsync();
        await _current.DisposeAsync();
        await _heap.DisposeAsync();
        Totals.Dispose();
        _metrics.Dispose();
    }

    private bool IsFixed(string sink) => _gates.ContainsKey(sink) || _sinks.Exists(one => one is AggregatingSink && one.Name == sink);

    private static SinkSlot Slot(IEventSink sink, SinkOptions options) => new(sink, HttpSinkMapping.Workers(options), options.DetachAfter)
    {
        Gather = HttpSinkMapping.Gather(options),
        Paused = options.Paused,
        InOrder = KafkaMapping.IsInOrder(options),
    };

    private EventEnricher CreateEnricher(PipelineVersion version, PipelineMetrics metrics, ILoggerFactory loggers)
    {
        var (options, plan, output) = (version.Options, version.Plan, version.Plan.Output());
        return plan.CreateEnricher(PipelineSinks.Encoders(options, plan, output, aggregates: true), plan.Sources(options.ReadSources), output, metrics, loggers, tally: _api?.Backend.Techniques);
    }

    /// <summary>What the API can do to the sinks.</summary>
    private SinkControl Control(KafkaSourceOptions source, TimeProvider time, ILoggerFactory loggers)
    {
        var groups = new SinkGroups(source, time, loggers.CreateLogger<SinkGroups>());
        return new SinkControl
        {
            Pause = name => _engine.PauseSink(name),
            Resume = name => _engine.ResumeSink(name),
            RewindAsync = async (name, target, cancellation) => await (IsFixed(name)
                ? throw new InvalidOperationException($"The sink {name} delivers exactly once or counts each event once: stop the pipeline and rewind its group.")
                : _engine.RewindSinkAsync(name, await groups.PlacesAsync(target, cancellation), cancellation)),
            Progress = () => _engine.Progress(),
        };
    }

    /// <summary>The enricher, with a look at what passes.</summary>
    private static BatchEnricher Watched(BatchEnricher enrich, ApiBackend api) => (batch, cancellation) =>
    {
        api.Recent.Records.Take(batch);
        api.Taps.Offer(batch);
        return enrich(batch, cancellation);
    };
}
