using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.DeadLetters;
using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Files;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Sentinel;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Enrichment.Intelligence;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Kafka.Transactions;
using ElasticsearchKind = StreamEnricher.Cli.Configuration.ElasticsearchOptions;
using FileKind = StreamEnricher.Cli.Configuration.FileSinkOptions;
using FileSinkOptions = StreamEnricher.Delivery.Files.FileSinkOptions;
using KafkaKind = StreamEnricher.Cli.Configuration.KafkaSinkOptions;
using KafkaSinkOptions = StreamEnricher.Kafka.Producing.KafkaSinkOptions;

namespace StreamEnricher.Cli.Composition;

/// <summary>Makes the sinks and the dead letter store of a pipeline.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="memory">The budget.</param>
/// <param name="metrics">Instruments.</param>
/// <param name="time">Clock.</param>
/// <param name="loggers">Log.</param>
internal sealed class PipelineParts(PipelineOptions options, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>One sink.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sink">Its options.</param>
    /// <param name="deadLetters">For a sink that delivers exactly once: it writes them itself.</param>
    /// <param name="gate">For a sink that delivers exactly once: it writes its offsets itself. Without it a sink delivers at least once.</param>
    public IEventSink CreateSink(string name, SinkOptions sink, IDeadLetterStore? deadLetters = null, OffsetGate? gate = null)
    {
        var made = gate is null || deadLetters is null ? Create(name, sink) : CreateTransactional(name, (KafkaKind)sink.Kind!, deadLetters, gate);
        return Paced(made, sink);
    }

    /// <summary>One sink that counts what it is given, and delivers what comes of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="sink">Its options.</param>
    /// <param name="aggregation">Makes its parts.</param>
    /// <param name="gate">For a state in Kafka; null for one in a file.</param>
    public AggregatingSink CreateAggregating(string name, SinkOptions sink, StixAggregation aggregation, OffsetGate? gate) =>
        aggregation.Create(Paced(Create(name, sink), sink), (StixOptions)sink.Kind!, gate);

    private IEventSink Paced(IEventSink made, SinkOptions sink) =>
        sink.RateLimit is { } limit && sink.Kind is not (ElasticsearchKind or SplunkOptions or StixOptions { To: StixTaxii or StixSentinel }) ? new PacedSink(made, limit, time) : made;

    private IEventSink Create(string name, SinkOptions sink) => sink.Kind switch
    {
        ElasticsearchKind elastic => new ElasticsearchSink(
            HttpSinkMapping.Elasticsearch(name, sink, elastic, options), metrics, time, loggers.CreateLogger<ElasticsearchSink>()),
        SplunkOptions splunk => new SplunkHecSink(HttpSinkMapping.Splunk(name, sink, splunk, options), metrics, time, loggers.CreateLogger<SplunkHecSink>()),
        StixOptions { To: StixTopic to } => CreateTopic(name, to.Topic, DeadLetterReason.StixRejected),
        StixOptions { To: StixTaxii to } => new StixObjectSink(
            name, new TaxiiDestination(StixTargetMapping.Taxii(name, sink, to, options), metrics, time, loggers.CreateLogger<TaxiiDestination>())),
        StixOptions { To: StixSentinel to } stix => new StixObjectSink(
            name, new SentinelDestination(StixTargetMapping.Sentinel(name, sink, stix, to, options), metrics, time, loggers.CreateLogger<SentinelDestination>())),
        StixOptions { To: StixFiles to } => new FileSink(Map(name, to.Files), metrics, time, loggers.CreateLogger<FileSink>()),
        KafkaKind kafka => CreateTopic(name, kafka.Topic, DeadLetterReason.KafkaRejected),
        FileKind file => new FileSink(Map(name, file), metrics, time, loggers.CreateLogger<FileSink>()),
        _ => throw new ArgumentException($"no sink for {sink.Kind?.Name}", nameof(sink)),
    };

    /// <summary>The dead letter store.</summary>
    public IDeadLetterStore CreateDeadLetters() => options.DeadLetters switch
    {
        { Topic: { } topic } => new KafkaDeadLetterStore(
            new KafkaDeadLetterOptions { Topic = topic, Connection = KafkaMapping.Connection(options) }, memory, metrics, time, loggers.CreateLogger<KafkaDeadLetterStore>()),
        { Directory: { } directory } => new DirectoryDeadLetterStore(options.FullPath(directory), metrics, time, loggers.CreateLogger<DirectoryDeadLetterStore>()),
        _ => throw new CompositionException("no dead letters are configured"),
    };

    private TransactionalSink CreateTransactional(string name, KafkaKind kafka, IDeadLetterStore deadLetters, OffsetGate gate) => new(
        new KafkaSinkOptions { Name = name, Topic = kafka.Topic, Connection = KafkaMapping.Connection(options) },
        options.Kafka.GroupId,
        gate,
        deadLetters,
        memory,
        metrics,
        time,
        loggers.CreateLogger<TransactionalSink>());

    private KafkaEventSink CreateTopic(string name, string topic, string rejectionReason) => new(
        new KafkaSinkOptions { Name = name, Topic = topic, Connection = KafkaMapping.Connection(options), RejectionReason = rejectionReason },
        memory,
        metrics,
        time,
        loggers.CreateLogger<KafkaEventSink>());

    private FileSinkOptions Map(string name, FileKind file) => new()
    {
        Name = name,
        Directory = options.FullPath(file.Directory),
        RotateBytes = file.RotateBytes,
        RotateEvery = file.RotateEvery,
        Compression = Enum.Parse<FileCompression>(file.Compression, ignoreCase: true),
    };
}
