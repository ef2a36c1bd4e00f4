namespace StreamEnricher.Cli.Configuration;

/// <summary>What holds when a pipeline file does not say. docs/configuration.md and a test list each.</summary>
internal static class Defaults
{
    /// <summary><c>kafka.bootstrap_servers</c>.</summary>
    public const string BootstrapServers = "localhost:9092";

    /// <summary><c>limits.memory</c>: everything in flight.</summary>
    public const long Memory = 512L << 20;

    /// <summary><c>limits.batch.events</c>.</summary>
    public const int BatchEvents = 5000;

    /// <summary><c>limits.batch.bytes</c>.</summary>
    public const long BatchBytes = 4L << 20;

    /// <summary><c>attribution.catalogue</c>: ATT&amp;CK release.</summary>
    public const string Catalogue = "19";

    /// <summary><c>sigma.minimum_level</c>.</summary>
    public const string SigmaMinimumLevel = "low";

    /// <summary><c>sinks.*.splunk_hec.index</c>.</summary>
    public const string SplunkIndex = "cybersecurity";

    /// <summary><c>sinks.*.splunk_hec.sourcetype</c>.</summary>
    public const string SplunkSourcetype = "cybersecurity:events";

    /// <summary><c>sinks.*.stix.producer.name</c>.</summary>
    public const string StixProducer = "StreamEnricher";

    /// <summary><c>sinks.*.stix.marking</c>: a TLP level.</summary>
    public const string StixMarking = "amber";

    /// <summary><c>sinks.*.stix.state.memory</c>.</summary>
    public const long StixStateMemory = 64L << 20;

    /// <summary><c>sinks.*.file.rotate.bytes</c>.</summary>
    public const long RotateBytes = 256L << 20;

    /// <summary><c>api.listen</c>.</summary>
    public const string ApiListen = "127.0.0.1:8080";

    /// <summary><c>api.limits.body</c>: bytes of a request.</summary>
    public const long ApiBody = 1L << 20;

    /// <summary><c>api.limits.rate</c>: requests a second of one client.</summary>
    public const int ApiRate = 100;

    /// <summary><c>api.recent.events</c>: enriched events that are kept to be looked at.</summary>
    public const int RecentEvents = 1000;

    /// <summary><c>api.recent.bytes</c>: bytes of their records.</summary>
    public const long RecentBytes = 8L << 20;

    /// <summary><c>api.taxii.bytes</c>: objects that the TAXII server serves.</summary>
    public const long TaxiiBytes = 64L << 20;

    /// <summary><c>sinks.*.max_concurrency</c>: requests of one sink at the same time.</summary>
    public const int MaxConcurrency = 4;

    /// <summary><c>attribution.providers.service.url</c>.</summary>
    public const string ServiceUrl = "http://localhost:5004";

    /// <summary><c>attribution.providers.service.batch.indicators</c>.</summary>
    public const int ServiceBatchIndicators = 256;

    /// <summary><c>attribution.providers.service.cache.entries</c>.</summary>
    public const int ServiceCacheEntries = 200_000;

    /// <summary><c>limits.batch.linger</c>: age at which a batch closes.</summary>
    public static readonly TimeSpan BatchLinger = TimeSpan.FromMilliseconds(20);

    /// <summary><c>limits.drain_timeout</c>: how long stopping may take.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(30);

    /// <summary><c>sinks.*.detach_after</c>: how long a sink may hold up the others.</summary>
    public static readonly TimeSpan DetachAfter = TimeSpan.FromSeconds(2);

    /// <summary><c>sinks.*.file.rotate.every</c>.</summary>
    public static readonly TimeSpan RotateEvery = TimeSpan.FromHours(1);

    /// <summary><c>sinks.*.splunk_hec.acknowledgement.timeout</c>: what Splunk advises.</summary>
    public static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromMinutes(5);

    /// <summary><c>sinks.*.splunk_hec.acknowledgement.interval</c>.</summary>
    public static readonly TimeSpan AcknowledgementInterval = TimeSpan.FromSeconds(1);

    /// <summary><c>attribution.providers.service.timeout</c>.</summary>
    public static readonly TimeSpan ServiceTimeout = TimeSpan.FromSeconds(5);

    /// <summary><c>attribution.providers.service.batch.linger</c>.</summary>
    public static readonly TimeSpan ServiceBatchLinger = TimeSpan.FromMilliseconds(5);

    /// <summary><c>attribution.providers.service.cache.time_to_live</c>.</summary>
    public static readonly TimeSpan ServiceTimeToLive = TimeSpan.FromMinutes(10);

    /// <summary><c>attribution.providers.service.cache.negative_time_to_live</c>.</summary>
    public static readonly TimeSpan ServiceNegativeTimeToLive = TimeSpan.FromMinutes(1);

    /// <summary><c>sinks.*.stix.window</c>, in event time.</summary>
    public static TimeSpan StixWindow => TimeSpan.FromHours(1);

    /// <summary><c>sinks.*.stix.lateness</c>.</summary>
    public static TimeSpan StixLateness => TimeSpan.FromMinutes(5);

    /// <summary><c>sinks.*.stix.idle_after</c>.</summary>
    public static TimeSpan StixIdleAfter => TimeSpan.FromMinutes(10);
}
