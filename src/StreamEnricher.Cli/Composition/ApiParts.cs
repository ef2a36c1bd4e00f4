using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Api.DeadLetters;
using StreamEnricher.Cli.Api.Group;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Cli.Api.Taps;
using StreamEnricher.Cli.Api.Taxii;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Cli.Composition;

/// <summary>Makes what the API of a running pipeline works on.</summary>
internal sealed class ApiParts : IAsyncDisposable
{
    /// <summary>One part in so many of the bytes of recent events is for the latest events of each technique.</summary>
    private const int SamplesShare = 4;

    private readonly RecordEnricher _enricher;
    private readonly PositionedWriter? _writer;

    /// <param name="current">The pipeline; its listener is on.</param>
    /// <param name="memory">The budget.</param>
    /// <param name="metrics">The run's instruments.</param>
    /// <param name="status">The engine's state.</param>
    /// <param name="sinks">What can be done to its sinks.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <exception cref="Kafka.KafkaSetupException">The Kafka client refuses its settings.</exception>
    public ApiParts(
        CurrentPipeline current, MemoryBudget memory, PipelineMetrics metrics, Func<EngineStatus> status, SinkControl sinks, TimeProvider time,
        ILoggerFactory loggers)
    {
        var options = current.Options;
        var api = options.Api!;
        _writer = WritesEvents(api) ? new PositionedWriter(KafkaMapping.Connection(options), api.Topic!, memory, loggers.CreateLogger<PositionedWriter>()) : null;
        _enricher = new RecordEnricher(current, loggers);
        memory.ReserveForever(api.Recent.Bytes + TaxiiFeed.MemoryOf(api.Taxii));
        var redis = api.Recent.Redis.Reveal() is { } address && RedisAddress.TryParse(address) is { } connection
            ? new RedisEvents(connection, options.Name, api.Recent.Events, time, loggers.CreateLogger<RedisEvents>())
            : null;
        var samples = api.Recent.Bytes / SamplesShare;
        var figures = new LiveFigures(new LiveSampler(metrics, status, time), time);
        var recent = new RecentEvents(new RecentRecords(api.Recent.Events, api.Recent.Bytes - samples), _enricher, redis, time);
        var techniques = new TechniqueTally(samples, time);
        Backend = new ApiBackend
        {
            Pipeline = current,
            Api = api,
            Readiness = () => Readiness.Of(status(), current.Refusal),
            Figures = figures,
            Sinks = sinks,
            Poster = new EventPoster(options, _enricher, _writer, time),
            Recent = recent,
            Techniques = techniques,
            Streams = new LiveStreams(sample => LiveView.Of(current.Options, sample), figures, recent, techniques),
            Taps = new TapPoint(),
            TapReader = request => new TapReader(request, current, loggers),
            Group = new GroupView(options, time, loggers),
            DeadLetters = new DeadLetterDeck(current, time, loggers),
            Taxii = TaxiiOf(options, time, loggers),
            Time = time,
        };
    }

    /// <summary>What the calls work on.</summary>
    public ApiBackend Backend { get; }

    /// <summary>Bytes of the budget that the API takes for good.</summary>
    public static long MemoryOf(ApiOptions? api) => api is null ? 0 : api.Recent.Bytes + TaxiiFeed.MemoryOf(api.Taxii) + (WritesEvents(api) ? PositionedWriter.QueueBytes : 0);

    /// <summary>Starts to look and to pass events on.</summary>
    public void Start()
    {
        Backend.Figures.Start();
        Backend.Recent.Start();
        Backend.Streams.Start();
        Backend.Taxii?.Start();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Backend.Streams.DisposeAsync();
        await Backend.Figures.DisposeAsync();
        await Backend.Recent.DisposeAsync();
        Backend.DeadLetters.Dispose();
        if (Backend.Taxii is { } taxii)
        {
            await taxii.DisposeAsync();
        }

        _writer?.Dispose();
        _enricher.Dispose();
    }

    private static TaxiiFeed? TaxiiOf(PipelineOptions options, TimeProvider time, ILoggerFactory loggers) =>
        options.Api?.Taxii is { } taxii && taxii.TopicOf(options) is { } topic
            ? new TaxiiFeed(taxii, options.Name, topic, KafkaMapping.Connection(options), time, loggers.CreateLogger<TaxiiFeed>())
            : null;

    /// <summary>Without a key nobody can post.</summary>
    private static bool WritesEvents(ApiOptions api) => api.Topic is { Length: > 0 } && api.Jwt.HasKey;
}
