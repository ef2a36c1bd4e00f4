using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>A Splunk HTTP event collector.</summary>
public sealed record SplunkHecOptions
{
    /// <summary>Name of the sink.</summary>
    public required string Name { get; init; }

    /// <summary>Address, with or without the path of the event endpoint.</summary>
    public required Uri Url { get; init; }

    /// <summary>HEC token.</summary>
    public required string Token { get; init; }

    /// <summary>Compression of requests.</summary>
    public BodyCompression Compression { get; init; } = BodyCompression.Gzip;

    /// <summary>Largest request before compression. Splunk takes far more; a smaller one repeats less when it must be sent again.</summary>
    public int MaxRequestBytes { get; init; } = 2 << 20;

    /// <summary>Most events in a request.</summary>
    public int MaxRequestItems { get; init; } = 5_000;

    /// <summary>Connections.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <summary>Address of the event endpoint.</summary>
    public Uri EventEndpoint => Url.AbsolutePath.Contains("/services/collector", StringComparison.Ordinal)
        ? Url
        : new Uri($"{Url.AbsoluteUri.TrimEnd('/')}/services/collector/event");

    /// <inheritdoc />
    public override string ToString() => $"{nameof(SplunkHecOptions)} {{ {Name}, {HttpSettings.WithoutSecrets(Url)} }}";
}
