using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>A TAXII 2.1 collection that objects are pushed to.</summary>
public sealed record TaxiiOptions
{
    /// <summary>Name of the sink.</summary>
    public required string Name { get; init; }

    /// <summary>URL of the API root, or of the server's discovery if that names one API root on the same host.</summary>
    public required Uri ApiRoot { get; init; }

    /// <summary>Id, alias or title of the collection.</summary>
    public required string Collection { get; init; }

    /// <summary>User of basic authentication; null: none.</summary>
    public string? Username { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>Bearer token; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>Most objects of a request, dependencies included. Servers page by about as many, and some take no more.</summary>
    public int MaxRequestObjects { get; init; } = 100;

    /// <summary>Largest request; the server's <c>max_content_length</c> holds when it is smaller.</summary>
    public int MaxRequestBytes { get; init; } = 4 << 20;

    /// <summary>Most requests at a time; the sink adapts below that.</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>Most that is sent a second. TAXII servers are made for analysts, not for streams.</summary>
    public RateLimit RateLimit { get; init; } = new(50, IsBytes: false);

    /// <summary>How long a status may stay pending before its objects are sent again.</summary>
    public TimeSpan StatusTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Connections.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <inheritdoc />
    public override string ToString() => $"{nameof(TaxiiOptions)} {{ {Name}, {HttpSettings.WithoutSecrets(ApiRoot)}, {Collection} }}";
}
