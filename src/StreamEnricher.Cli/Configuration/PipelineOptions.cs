namespace StreamEnricher.Cli.Configuration;

/// <summary>A whole pipeline file, validated.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Name; also the default consumer group and data set.</summary>
    public string Name { get; init; } = "";

    /// <summary>Folder of the file; relative paths start there.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Where events come from and Kafka outputs go.</summary>
    public KafkaOptions Kafka { get; init; } = new();

    /// <summary>Memory, cores, batches, time to stop.</summary>
    public LimitsOptions Limits { get; init; } = new();

    /// <summary>Folders with formats of the operator's own, as written.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>One entry a producer, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, SourceOptions>> Sources { get; init; } = [];

    /// <summary>Catalogue and providers.</summary>
    public AttributionOptions Attribution { get; init; } = new();

    /// <summary>What documents carry.</summary>
    public OutputOptions Output { get; init; } = new();

    /// <summary>All sinks by name, those that are off too.</summary>
    public IReadOnlyList<KeyValuePair<string, SinkOptions>> Sinks { get; init; } = [];

    /// <summary>Where refused records go; null when nothing is configured, which validation refuses.</summary>
    public DeadLetterOptions? DeadLetters { get; init; }

    /// <summary>The HTTP listener; null when it is off.</summary>
    public ApiOptions? Api { get; init; } = new();

    /// <summary>The sinks that are on, in the file's order.</summary>
    public IReadOnlyList<KeyValuePair<string, SinkOptions>> ActiveSinks => [.. Sinks.Where(sink => sink.Value.Kind is { HasAddress: true })];

    /// <summary>All that is read: the sources, and behind them the topic of posted events where no source covers it.</summary>
    public IReadOnlyList<KeyValuePair<string, SourceOptions>> ReadSources => ApiSource.Of(this) is { } own ? [.. Sources, own] : Sources;

    /// <summary>A path of the file as a full path.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Path.GetFullPath(Folder));
}

/// <summary>The Kafka cluster.</summary>
internal sealed record KafkaOptions
{
    /// <summary>host:port, comma separated.</summary>
    public string BootstrapServers { get; init; } = Defaults.BootstrapServers;

    /// <summary>Consumer group; empty for the pipeline's name.</summary>
    public string GroupId { get; init; } = "";

    /// <summary>librdkafka properties by name; may hold passwords, so never printed.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}

/// <summary>What the pipeline may use.</summary>
internal sealed record LimitsOptions
{
    /// <summary>Bytes of everything in flight.</summary>
    public long Memory { get; init; } = Defaults.Memory;

    /// <summary>Batches enriched at the same time; 0 for one a core.</summary>
    public int Parallelism { get; init; }

    /// <summary>When a batch closes.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>How long draining may take after a signal.</summary>
    public TimeSpan DrainTimeout { get; init; } = Defaults.DrainTimeout;
}

/// <summary>When a batch closes: whichever comes first.</summary>
internal sealed record BatchOptions
{
    /// <summary>Records.</summary>
    public int Events { get; init; } = Defaults.BatchEvents;

    /// <summary>Bytes.</summary>
    public long Bytes { get; init; } = Defaults.BatchBytes;

    /// <summary>Age.</summary>
    public TimeSpan Linger { get; init; } = Defaults.BatchLinger;
}

/// <summary>The topics of one producer.</summary>
internal sealed record SourceOptions
{
    /// <summary>Names, or regular expressions that start with ^.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Name of a format, or a path.</summary>
    public string Format { get; init; } = "auto";
}

/// <summary>What documents carry beside the mapped fields.</summary>
internal sealed record OutputOptions
{
    /// <summary>Fields without an ECS home go under the vendor namespace.</summary>
    public bool KeepUnmapped { get; init; } = true;

    /// <summary>event.original.</summary>
    public bool Original { get; init; }

    /// <summary>kafka.topic, kafka.partition, kafka.offset.</summary>
    public bool KafkaPosition { get; init; } = true;

    /// <summary>event.id is the producer's own id where the format names one.</summary>
    public bool ProducerEventId { get; init; }
}

/// <summary>Where refused records go: one of the two is set.</summary>
internal sealed record DeadLetterOptions
{
    /// <summary>A Kafka topic.</summary>
    public string? Topic { get; init; }

    /// <summary>A folder.</summary>
    public string? Directory { get; init; }
}
