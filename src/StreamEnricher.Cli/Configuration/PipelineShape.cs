using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The pipeline file: every key, its kind of value, what it is for. The reader and the JSON schema are both made of this table.</summary>
internal static class PipelineShape
{
    private static readonly Shape<BatchOptions> Batch = new MapShape<BatchOptions>(
        new BatchOptions(),
        new Key<BatchOptions, int>("events", Scalars.Integer(1, 1_000_000), "Records at which a batch closes. Default 5000.", (to, value) => to with { Events = value }),
        new Key<BatchOptions, long>("bytes", Scalars.Size, "Bytes at which a batch closes. Default 4MiB.", (to, value) => to with { Bytes = value }),
        new Key<BatchOptions, TimeSpan>("linger", Scalars.Duration, "Age at which a batch closes. Default 20ms.", (to, value) => to with { Linger = value }));

    private static readonly Shape<LimitsOptions> Limits = new MapShape<LimitsOptions>(
        new LimitsOptions(),
        new Key<LimitsOptions, long>("memory", Scalars.Size, "Bytes of everything in flight. Default 512MiB.", (to, value) => to with { Memory = value }),
        new Key<LimitsOptions, int>("parallelism", Scalars.Cores, "Batches enriched at the same time: auto (one a core) or a number.", (to, value) => to with { Parallelism = value }),
        new Key<LimitsOptions, BatchOptions>("batch", Batch, "When a batch closes: whichever comes first.", (to, value) => to with { Batch = value }),
        new Key<LimitsOptions, TimeSpan>("drain_timeout", Scalars.Duration, "How long stopping may take. Default 30s.", (to, value) => to with { DrainTimeout = value }));

    private static readonly Shape<KafkaOptions> Kafka = new MapShape<KafkaOptions>(
        new KafkaOptions(),
        new Key<KafkaOptions, string>("bootstrap_servers", Scalars.Name, "host:port of one or more brokers, comma separated.", (to, value) => to with { BootstrapServers = value }),
        new Key<KafkaOptions, string>("group_id", Scalars.Name, "Consumer group; the pipeline's name when left out.", (to, value) => to with { GroupId = value }),
        new Key<KafkaOptions, IReadOnlyDictionary<string, string>>("properties", new TextMapShape(), "Any librdkafka property.", (to, value) => to with { Properties = value }));

    private static readonly Shape<SourceOptions> Source = new MapShape<SourceOptions>(
        new SourceOptions(),
        new Key<SourceOptions, IReadOnlyList<string>>(
            "topics", new ListShape<string>(Scalars.Name, singleAllowed: true), "Topic names, or regular expressions that start with ^.", (to, value) => to with { Topics = value }, required: true),
        new Key<SourceOptions, string>("format", Scalars.Name, "Format of the events: a shipped one, a path, or auto. Default auto.", (to, value) => to with { Format = value }));

    private static readonly Shape<OutputOptions> Output = new MapShape<OutputOptions>(
        new OutputOptions(),
        new Key<OutputOptions, string>(
            "unmapped", Scalars.Choice("keep", "drop"), "Fields without an ECS home: keep them under the vendor namespace, or drop them.", (to, value) => to with { KeepUnmapped = value == "keep" }),
        new Key<OutputOptions, bool>("original", Scalars.Boolean, "Write event.original. Default false.", (to, value) => to with { Original = value }),
        new Key<OutputOptions, bool>("kafka_position", Scalars.Boolean, "Write topic, partition and offset. Default true.", (to, value) => to with { KafkaPosition = value }),
        new Key<OutputOptions, string>(
            "event_id", Scalars.Choice("position", "producer"), "What event.id is: the id of the Kafka position (default), or the producer's own.", (to, value) => to with { ProducerEventId = value == "producer" }));

    private static readonly Shape<DeadLetterOptions?> DeadLetters = new MapShape<DeadLetterOptions?>(
        new DeadLetterOptions(),
        new Key<DeadLetterOptions?, string>(
            "kafka",
            new MapShape<string>("", new Key<string, string>("topic", Scalars.Name, "Topic of the dead letters.", (_, value) => value, required: true)),
            "Dead letters go to a Kafka topic.",
            (to, value) => to! with { Topic = value }),
        new Key<DeadLetterOptions?, string>(
            "directory",
            new MapShape<string>("", new Key<string, string>("path", Scalars.Name, "Folder of the NDJSON files.", (_, value) => value, required: true)),
            "Dead letters go to files.",
            (to, value) => to! with { Directory = value }))
    {
        ExactlyOneOf = ["kafka", "directory"],
    };

    /// <summary>The root.</summary>
    public static Shape<PipelineOptions> Root { get; } = new MapShape<PipelineOptions>(
        new PipelineOptions(),
        new Key<PipelineOptions, string>("pipeline", Scalars.Name, "Name of the pipeline; also the default consumer group and data set.", (to, value) => to with { Name = value }, required: true),
        new Key<PipelineOptions, KafkaOptions>("kafka", Kafka, "The Kafka cluster.", (to, value) => to with { Kafka = value }),
        new Key<PipelineOptions, LimitsOptions>("limits", Limits, "Memory, cores, batches, time to stop.", (to, value) => to with { Limits = value }),
        new Key<PipelineOptions, IReadOnlyList<string>>(
            "formats", new ListShape<string>(Scalars.Name, singleAllowed: true), "Folders with formats of your own.", (to, value) => to with { Formats = value }),
        new Key<PipelineOptions, IReadOnlyList<KeyValuePair<string, SourceOptions>>>(
            "sources", new NamedShape<SourceOptions>(Source, SinkShapes.CheckName, SinkShapes.NamePattern), "One entry a producer.", (to, value) => to with { Sources = value }, required: true),
        new Key<PipelineOptions, AttributionOptions>("attribution", AttributionShape.Root, "How ATT&CK techniques are found.", (to, value) => to with { Attribution = value }),
        new Key<PipelineOptions, OutputOptions>("output", Output, "What documents carry.", (to, value) => to with { Output = value }),
        new Key<PipelineOptions, IReadOnlyList<KeyValuePair<string, SinkOptions>>>(
            "sinks", new NamedShape<SinkOptions>(SinkShapes.Sink, SinkShapes.CheckName, SinkShapes.NamePattern), "Where events go.", (to, value) => to with { Sinks = value }, required: true),
        new Key<PipelineOptions, DeadLetterOptions?>(
            "dead_letters", DeadLetters, "Where refused records go: { kafka: { topic: … } } or { directory: { path: … } }.", (to, value) => to with { DeadLetters = value }, required: true),
        new Key<PipelineOptions, ApiOptions?>("api", ApiShape.Root, "The HTTP listener, or off.", (to, value) => to with { Api = value }));
}
