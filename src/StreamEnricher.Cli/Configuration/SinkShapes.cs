using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Delivery.Pacing;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys below <c>sinks</c>.</summary>
internal static partial class SinkShapes
{
    /// <summary>Names of sources and sinks: they become part of group names and metrics.</summary>
    public const string NamePattern = "^[a-z0-9_-]+$";

    private static readonly Shape<IReadOnlyList<string>> Urls = new ListShape<string>(Scalars.Text, singleAllowed: true);

    private static readonly Shape<ElasticsearchOptions> Elasticsearch = new MapShape<ElasticsearchOptions>(
        new ElasticsearchOptions(),
        new Key<ElasticsearchOptions, IReadOnlyList<string>>("url", Urls, "Address of the cluster, or a list; empty turns the sink off.", (to, value) => to with { Urls = NotEmpty(value) }, required: true),
        new Key<ElasticsearchOptions, Secret>("api_key", Scalars.Secret, "Encoded API key.", (to, value) => to with { ApiKey = value }),
        new Key<ElasticsearchOptions, string>("username", Scalars.Text, "User, in place of an API key.", (to, value) => to with { Username = value }),
        new Key<ElasticsearchOptions, Secret>("password", Scalars.Secret, "Password of the user.", (to, value) => to with { Password = value }),
        new Key<ElasticsearchOptions, string>(
            "data_stream", Scalars.Text, "{type}-{dataset}-{namespace}. Default logs-streamenricher.{pipeline}-default.", (to, value) => to with { DataStream = value }),
        new Key<ElasticsearchOptions, string>("compression", Scalars.Choice("none", "gzip"), "Compression of requests. Default none.", (to, value) => to with { Gzip = value == "gzip" }));

    private static readonly Shape<SplunkOptions> Splunk = new MapShape<SplunkOptions>(
        new SplunkOptions(),
        new Key<SplunkOptions, IReadOnlyList<string>>("url", Urls, "Address of the HTTP Event Collector, or a list; empty turns the sink off.", (to, value) => to with { Urls = NotEmpty(value) }, required: true),
        new Key<SplunkOptions, Secret>("token", Scalars.Secret, "HEC token.", (to, value) => to with { Token = value }),
        new Key<SplunkOptions, string>("index", Scalars.Name, "Index. Default cybersecurity.", (to, value) => to with { Index = value }),
        new Key<SplunkOptions, string>("sourcetype", Scalars.Name, "Source type. Default cybersecurity:events.", (to, value) => to with { Sourcetype = value }),
        new Key<SplunkOptions, SplunkOptions>(
            "acknowledgement",
            new ToggleShape<SplunkOptions>(
                new MapShape<SplunkOptions>(
                    new SplunkOptions { Acknowledgement = true },
                    new Key<SplunkOptions, TimeSpan>(
                        "timeout", Scalars.Duration, "Events that no indexer has acknowledged for so long are sent again. Default 5m.", (to, value) => to with { AcknowledgementTimeout = value }),
                    new Key<SplunkOptions, TimeSpan>("interval", Scalars.Duration, "How often is asked. Default 1s.", (to, value) => to with { AcknowledgementInterval = value })),
                new SplunkOptions { Acknowledgement = true },
                new SplunkOptions()),
            "Indexer acknowledgement: events count as delivered when an indexer has them. Default false.",
            (to, value) => to with
            {
                Acknowledgement = value.Acknowledgement,
                AcknowledgementTimeout = value.AcknowledgementTimeout,
                AcknowledgementInterval = value.AcknowledgementInterval,
            }),
        new Key<SplunkOptions, string>("compression", Scalars.Choice("none", "gzip"), "Compression of requests. Default gzip.", (to, value) => to with { Gzip = value == "gzip" }));

    private static readonly Shape<KafkaSinkOptions> KafkaTopic = new MapShape<KafkaSinkOptions>(
        new KafkaSinkOptions(),
        new Key<KafkaSinkOptions, string>("topic", Scalars.Name, "Topic.", (to, value) => to with { Topic = value }, required: true),
        new Key<KafkaSinkOptions, string>(
            "delivery",
            Scalars.Choice("at_least_once", "exactly_once"),
            "exactly_once: each batch and its offsets in one transaction; readers need isolation.level=read_committed. Default at_least_once.",
            (to, value) => to with { ExactlyOnce = value == "exactly_once" }));

    private static readonly Shape<TlsOptions> Tls = new MapShape<TlsOptions>(
        new TlsOptions(),
        new Key<TlsOptions, string>("ca", Scalars.Text, "PEM file of the authorities to trust.", (to, value) => to with { Ca = Optional(value) }),
        new Key<TlsOptions, string>("certificate", Scalars.Text, "PEM file of the client certificate.", (to, value) => to with { Certificate = Optional(value) }),
        new Key<TlsOptions, string>("key", Scalars.Text, "PEM file of its key.", (to, value) => to with { Key = Optional(value) }),
        new Key<TlsOptions, bool>("insecure_skip_verify", Scalars.Boolean, "Take any certificate; for tests only.", (to, value) => to with { InsecureSkipVerify = value }));

    private static readonly Shape<SinkOptions> Batch = new MapShape<SinkOptions>(
        new SinkOptions(),
        new Key<SinkOptions, int>("events", Scalars.Integer(1, 1_000_000), "Most items of one request.", (to, value) => to with { BatchEvents = value }),
        new Key<SinkOptions, long>("bytes", Scalars.Size, "Most bytes of one request; an event that is larger alone becomes a dead letter.", (to, value) => to with { BatchBytes = value }),
        new Key<SinkOptions, TimeSpan>(
            "linger", Scalars.Duration, "How long a request waits for more events, up to events and bytes. Default 0: it carries what one batch of limits.batch holds.",
            (to, value) => to with { BatchLinger = value }));

    /// <summary>One sink.</summary>
    public static Shape<SinkOptions> Sink { get; } = new MapShape<SinkOptions>(
        new SinkOptions(),
        new Key<SinkOptions, ElasticsearchOptions>("elasticsearch", Elasticsearch, "Elasticsearch or OpenSearch bulk.", (to, value) => to with { Kind = value }),
        new Key<SinkOptions, SplunkOptions>("splunk_hec", Splunk, "Splunk HTTP Event Collector.", (to, value) => to with { Kind = value }),
        new Key<SinkOptions, StixOptions>("stix", StixShapes.Stix, "STIX 2.1 objects.", (to, value) => to with { Kind = value }),
        new Key<SinkOptions, KafkaSinkOptions>("kafka", KafkaTopic, "The common enriched event to a Kafka topic.", (to, value) => to with { Kind = value }),
        new Key<SinkOptions, FileSinkOptions>("file", FileShapes.Files, "NDJSON files.", (to, value) => to with { Kind = value }),
        new Key<SinkOptions, YamlNode>("when", new ConditionShape(), "Which events it gets: { event.severity|gte: 50 }.", (to, value) => to with { When = value }),
        new Key<SinkOptions, SinkOptions>("batch", Batch, "Size of its requests.", (to, value) => to with { BatchEvents = value.BatchEvents, BatchBytes = value.BatchBytes, BatchLinger = value.BatchLinger }),
        new Key<SinkOptions, int>("max_concurrency", Scalars.Integer(1, 256), "Most requests at the same time. Default 4.", (to, value) => to with { MaxConcurrency = value }),
        new Key<SinkOptions, RateLimit?>(
            "rate_limit", Scalars.Rate, "Most that it is sent: 5000/s events, 10MiB/s bytes before compression; also /m and /h. Default none.", (to, value) => to with { RateLimit = value }),
        new Key<SinkOptions, TimeSpan>("detach_after", Scalars.Duration, "How long it may hold up the other sinks before it has to read on its own. Default 2s.", (to, value) => to with { DetachAfter = value }),
        new Key<SinkOptions, string>(
            "start", Scalars.Choice("group", "earliest", "latest"), "Where it begins without a committed place. Default group: where the pipeline stands.", (to, value) => to with { Start = value }),
        new Key<SinkOptions, bool>("paused", Scalars.Boolean, "It gets nothing until it is resumed; the others go on. Default false.", (to, value) => to with { Paused = value }),
        new Key<SinkOptions, bool>("on_failure", new UnsupportedShape("hold", "default"), "What becomes of events it cannot take: they are held until it can.", (to, _) => to),
        new Key<SinkOptions, TlsOptions>("tls", Tls, "Transport security.", (to, value) => to with { Tls = value }))
    {
        ExactlyOneOf = ["elasticsearch", "splunk_hec", "stix", "kafka", "file"],
    };

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? CheckName(string name) => NameRegex().IsMatch(name) ? null : $"the name {name} may hold only a-z, 0-9, _ and -";

    private static string? Optional(string value) => value.Length == 0 ? null : value;

    private static List<string> NotEmpty(IReadOnlyList<string> urls) => [.. urls.Where(url => url.Length > 0)];

    [GeneratedRegex(NamePattern)]
    private static partial Regex NameRegex();
}
