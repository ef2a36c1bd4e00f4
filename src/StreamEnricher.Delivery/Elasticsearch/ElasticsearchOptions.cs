using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Delivery.Elasticsearch;

/// <summary>An Elasticsearch or OpenSearch sink.</summary>
public sealed record ElasticsearchOptions
{
    /// <summary>Default of <see cref="MaxRequestBytes"/>.</summary>
    public const int DefaultRequestBytes = 8 << 20;

    /// <summary>Default of <see cref="MaxRequestItems"/>.</summary>
    public const int DefaultRequestItems = 10_000;

    /// <summary>Name of the sink.</summary>
    public required string Name { get; init; }

    /// <summary>Addresses of nodes; the next one is taken when one does not answer.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>API key as Elasticsearch gives it (base64 of <c>id:key</c>); null: none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>User for basic authentication; null: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Data stream that must be there, or have a template, before the first document is sent; null: not asked.</summary>
    public string? DataStream { get; init; }

    /// <summary>Compression of requests.</summary>
    public BodyCompression Compression { get; init; }

    /// <summary>Largest request. At 100 kB the fixed cost of a request triples its price; servers take 100 MB by default.</summary>
    public int MaxRequestBytes { get; init; } = DefaultRequestBytes;

    /// <summary>Most documents in a request.</summary>
    public int MaxRequestItems { get; init; } = DefaultRequestItems;

    /// <summary>A document larger than this is refused without asking the server; null: the server decides.</summary>
    public int? MaxItemBytes { get; init; }

    /// <summary>Most requests at a time; the sink adapts below that.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>Most that is sent a second; null: no limit.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Connections.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <inheritdoc />
    public override string ToString() => $"{nameof(ElasticsearchOptions)} {{ {Name}, {string.Join(", ", Urls.Select(HttpSettings.WithoutSecrets))} }}";
}
