namespace StreamEnricher.Cli.Configuration;

/// <summary>The HTTP listener: metrics, health, API.</summary>
internal sealed record ApiOptions
{
    /// <summary>address:port.</summary>
    public string Listen { get; init; } = Defaults.ApiListen;

    /// <summary>Topic that posted events are written to; null for none.</summary>
    public string? Topic { get; init; }

    /// <summary>How tokens are checked.</summary>
    public JwtOptions Jwt { get; init; } = new();

    /// <summary>Origins whose pages may call the API (CORS); none by default.</summary>
    public IReadOnlyList<string> Cors { get; init; } = [];

    /// <summary>What one client may do.</summary>
    public ApiLimits Limits { get; init; } = new();

    /// <summary>The enriched events that are kept to be looked at.</summary>
    public RecentOptions Recent { get; init; } = new();

    /// <summary>The read-only TAXII 2.1 server; null when it is off.</summary>
    public ApiTaxiiOptions? Taxii { get; init; }
}

/// <summary>Keys that tokens are checked with, and what else must be right. Several kinds of key may be given at once, to change from one to another.</summary>
internal sealed record JwtOptions
{
    /// <summary>HS256 secret, at least 32 bytes.</summary>
    public Secret Secret { get; init; }

    /// <summary>PEM file of an RSA (RS256) or P-256 (ES256) public key or certificate; empty for none.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>JWKS file with RSA and P-256 keys; read again when it changes; empty for none.</summary>
    public string Jwks { get; init; } = "";

    /// <summary>The <c>iss</c> that a token must have; empty for any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>The <c>aud</c> that a token must have; empty for any.</summary>
    public string Audience { get; init; } = "";

    /// <summary>There is something to check tokens with.</summary>
    public bool HasKey => !Secret.IsEmpty || PublicKey.Length > 0 || Jwks.Length > 0;
}

/// <summary>What one client may do.</summary>
internal sealed record ApiLimits
{
    /// <summary>Most bytes of a request.</summary>
    public long Body { get; init; } = Defaults.ApiBody;

    /// <summary>Requests a second of one subject, or of one address without a token; twice as many in a burst.</summary>
    public int Rate { get; init; } = Defaults.ApiRate;
}

/// <summary>The enriched events that are kept to be looked at.</summary>
internal sealed record RecentOptions
{
    /// <summary>How many.</summary>
    public int Events { get; init; } = Defaults.RecentEvents;

    /// <summary>Bytes of their records in this process.</summary>
    public long Bytes { get; init; } = Defaults.RecentBytes;

    /// <summary>Address of a Redis that all processes of the pipeline share them through; empty for this process's memory. May hold a password.</summary>
    public Secret Redis { get; init; }
}
