using StreamEnricher.Delivery.Pacing;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration;

/// <summary>One sink: what every sink takes, and its kind.</summary>
internal sealed record SinkOptions
{
    /// <summary>What it is and where it writes; null only while the file is read.</summary>
    public SinkKind? Kind { get; init; }

    /// <summary>Which events it gets; null for all.</summary>
    public YamlNode? When { get; init; }

    /// <summary>Most items of one request; null for the sink's own default.</summary>
    public int? BatchEvents { get; init; }

    /// <summary>Most bytes of one request; null for the sink's own default.</summary>
    public long? BatchBytes { get; init; }

    /// <summary>How long a request waits for more events; zero: not at all.</summary>
    public TimeSpan BatchLinger { get; init; }

    /// <summary>Most requests at the same time.</summary>
    public int MaxConcurrency { get; init; } = Defaults.MaxConcurrency;

    /// <summary>Most that it is sent; null for no limit.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>How long its full queue may hold the main flow.</summary>
    public TimeSpan DetachAfter { get; init; } = Defaults.DetachAfter;

    /// <summary>Where it begins without a committed place: group, earliest or latest.</summary>
    public string Start { get; init; } = "group";

    /// <summary>It gets nothing until it is resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>Transport security.</summary>
    public TlsOptions Tls { get; init; } = new();
}

/// <summary>Transport security of one sink.</summary>
internal sealed record TlsOptions
{
    /// <summary>PEM file of the authorities to trust; null for the system's.</summary>
    public string? Ca { get; init; }

    /// <summary>PEM file of the client certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? Key { get; init; }

    /// <summary>Any certificate is taken: for tests only.</summary>
    public bool InsecureSkipVerify { get; init; }
}

/// <summary>What a sink writes to.</summary>
internal abstract record SinkKind
{
    /// <summary>Name of the kind in the file.</summary>
    public abstract string Name { get; }

    /// <summary>False when its address is empty, which turns the sink off.</summary>
    public abstract bool HasAddress { get; }

    /// <summary>The address as shown to operators.</summary>
    public abstract string Address { get; }

    /// <summary>Expected bytes of output for one byte of input, for the memory that a batch reserves; the encoder's own figure.</summary>
    public abstract double Expansion { get; }
}

/// <summary>Elasticsearch or OpenSearch bulk.</summary>
internal sealed record ElasticsearchOptions : SinkKind
{
    /// <summary>Nodes.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Encoded API key.</summary>
    public Secret ApiKey { get; init; }

    /// <summary>User of basic authentication; empty for none.</summary>
    public string Username { get; init; } = "";

    /// <summary>Its password.</summary>
    public Secret Password { get; init; }

    /// <summary>Data stream; empty for <c>logs-streamenricher.{pipeline}-default</c>.</summary>
    public string DataStream { get; init; } = "";

    /// <summary>Compress request bodies with gzip.</summary>
    public bool Gzip { get; init; }

    /// <inheritdoc />
    public override string Name => "elasticsearch";

    /// <inheritdoc />
    public override bool HasAddress => Urls.Count > 0;

    /// <inheritdoc />
    public override string Address => string.Join(",", Urls.Select(SafeUrl.Show));

    /// <inheritdoc />
    public override double Expansion => 3;
}

/// <summary>Splunk HTTP Event Collector.</summary>
internal sealed record SplunkOptions : SinkKind
{
    /// <summary>Receivers.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>HEC token.</summary>
    public Secret Token { get; init; }

    /// <summary>Index.</summary>
    public string Index { get; init; } = Defaults.SplunkIndex;

    /// <summary>Source type.</summary>
    public string Sourcetype { get; init; } = Defaults.SplunkSourcetype;

    /// <summary>Events count as delivered only when an indexer has them.</summary>
    public bool Acknowledgement { get; init; }

    /// <summary>Events that are not acknowledged for so long are sent again.</summary>
    public TimeSpan AcknowledgementTimeout { get; init; } = Defaults.AcknowledgementTimeout;

    /// <summary>How often is asked.</summary>
    public TimeSpan AcknowledgementInterval { get; init; } = Defaults.AcknowledgementInterval;

    /// <summary>Compress request bodies with gzip.</summary>
    public bool Gzip { get; init; } = true;

    /// <inheritdoc />
    public override string Name => "splunk_hec";

    /// <inheritdoc />
    public override bool HasAddress => Urls.Count > 0;

    /// <inheritdoc />
    public override string Address => string.Join(",", Urls.Select(SafeUrl.Show));

    /// <inheritdoc />
    public override double Expansion => 2.5;
}

/// <summary>The common enriched event to a Kafka topic.</summary>
internal sealed record KafkaSinkOptions : SinkKind
{
    /// <summary>Topic.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Outputs and progress are written in transactions.</summary>
    public bool ExactlyOnce { get; init; }

    /// <inheritdoc />
    public override string Name => "kafka";

    /// <inheritdoc />
    public override bool HasAddress => true;

    /// <inheritdoc />
    public override string Address => $"topic {Topic}";

    /// <inheritdoc />
    public override double Expansion => 2.5;
}

/// <summary>NDJSON files.</summary>
internal sealed record FileSinkOptions : SinkKind
{
    /// <summary>Folder.</summary>
    public string Directory { get; init; } = "";

    /// <summary>ecs, event, hec or stix.</summary>
    public string Format { get; init; } = "ecs";

    /// <summary>Size at which a new file is begun.</summary>
    public long RotateBytes { get; init; } = Defaults.RotateBytes;

    /// <summary>Age at which a new file is begun.</summary>
    public TimeSpan RotateEvery { get; init; } = Defaults.RotateEvery;

    /// <summary>none, gzip or zstd.</summary>
    public string Compression { get; init; } = "none";

    /// <inheritdoc />
    public override string Name => "file";

    /// <inheritdoc />
    public override bool HasAddress => Directory.Length > 0;

    /// <inheritdoc />
    public override string Address => Directory;

    /// <inheritdoc />
    public override double Expansion => Format switch
    {
        "ecs" => 3,
        "stix" => 2,
        _ => 2.5,
    };
}
