using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Delivery.Sentinel;

/// <summary>A Microsoft Sentinel workspace that objects are uploaded to.</summary>
public sealed record SentinelOptions
{
    /// <summary>Name of the sink.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the Log Analytics workspace.</summary>
    public required string Workspace { get; init; }

    /// <summary>Entra tenant: id or domain.</summary>
    public required string Tenant { get; init; }

    /// <summary>Application (client) id; needs the role Microsoft Sentinel Contributor on the workspace.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its client secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>What Sentinel shows as the source of the objects.</summary>
    public string SourceSystem { get; init; } = "StreamEnricher";

    /// <summary>Address of the upload API; another one in national clouds.</summary>
    public Uri Endpoint { get; init; } = new("https://api.ti.sentinel.azure.com");

    /// <summary>Where tokens come from.</summary>
    public Uri Authority { get; init; } = new("https://login.microsoftonline.com");

    /// <summary>What tokens are asked for; the API takes this audience.</summary>
    public string Scope { get; init; } = "https://management.azure.com/.default";

    /// <summary>Most objects of a request: more the API refuses.</summary>
    public int MaxRequestObjects { get; init; } = 100;

    /// <summary>Largest request.</summary>
    public int MaxRequestBytes { get; init; } = 4 << 20;

    /// <summary>Most requests at a time; the sink adapts below that.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>Most objects or bytes a second; null: the API's own limit of 100 requests a minute alone.</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Connections.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <inheritdoc />
    public override string ToString() => $"{nameof(SentinelOptions)} {{ {Name}, {HttpSettings.WithoutSecrets(Endpoint)}, {Workspace} }}";
}
