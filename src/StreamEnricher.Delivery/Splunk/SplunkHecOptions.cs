using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>A Splunk HTTP event collector.</summary>
public sealed record SplunkHecOptions
{
    /// <summary>Default of <see cref="MaxRequestBytes"/>.</summary>
    public const int DefaultRequestBytes = 2 << 20;

    /// <summary>Default of <see cref="MaxRequestItems"/>.</summary>
    public const int DefaultRequestItems = 5_000;

    /// <summary>Name of the sink.</summary>
    public required string Name { get; init; }

    /// <summary>Addresses, with or without the path of the event endpoint. Requests go to them in turn; one that fails rests while there are others.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>HEC token.</summary>
    public required string Token { get; init; }

    /// <summary>Events count as delivered only when an indexer has them; null: when the collector has taken them.</summary>
    public AcknowledgementOptions? Acknowledgement { get; init; }

    /// <summary>Compression of requests.</summary>
    public BodyCompression Compression { get; init; } = BodyCompression.Gzip;

    /// <summary>Largest request before compression. Splunk takes far more; a smaller one repeats less when it must be sent again.</summary>
    public int MaxRequestBytes { get; init; } = DefaultRequestBytes;

    /// <summary>Most events in a request.</summary>
    public int MaxRequestItems { get; init; } = DefaultRequestItems;

    /// <summary>An event larger than this is refused without asking Splunk; null: Splunk decides.</summary>
    public int? MaxItemBytes { get; init; }

    /// <summary>Most requests at a time; the sink adapts below that.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>Most that is sent a second; null: no limit.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Connections.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <inheritdoc />
    public override string ToString() => $"{nameof(SplunkHecOptions)} {{ {Name}, {string.Join(", ", Urls.Select(HttpSettings.WithoutSecrets))} }}";
}

/// <summary>Indexer acknowledgement of a HEC token ("About HTTP Event Collector Indexer Acknowledgment" in Splunk's documentation).</summary>
public sealed record AcknowledgementOptions
{
    /// <summary>Events that no indexer has acknowledged for so long are sent again. Splunk advises about 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often is asked. Default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}
