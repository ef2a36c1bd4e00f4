using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys below <c>api</c>.</summary>
internal static class ApiShape
{
    private static readonly Shape<JwtOptions> Jwt = new MapShape<JwtOptions>(
        new JwtOptions(),
        new Key<JwtOptions, Secret>("secret", Scalars.Secret, "HS256 secret of at least 32 bytes.", (to, value) => to with { Secret = value }),
        new Key<JwtOptions, string>("public_key", Scalars.Text, "PEM file of an RSA (RS256) or P-256 (ES256) public key or certificate.", (to, value) => to with { PublicKey = value }),
        new Key<JwtOptions, string>("jwks", Scalars.Text, "JWKS file; read again when it changes.", (to, value) => to with { Jwks = value }),
        new Key<JwtOptions, string>("issuer", Scalars.Text, "The iss that a token must have. Default: any.", (to, value) => to with { Issuer = value }),
        new Key<JwtOptions, string>("audience", Scalars.Text, "The aud that a token must have. Default: any.", (to, value) => to with { Audience = value }));

    private static readonly Shape<ApiLimits> Limits = new MapShape<ApiLimits>(
        new ApiLimits(),
        new Key<ApiLimits, long>("body", Scalars.Size, "Most bytes of a request. Default 1MiB.", (to, value) => to with { Body = value }),
        new Key<ApiLimits, int>("rate", Scalars.Integer(1, 1_000_000), "Requests a second of one client. Default 100.", (to, value) => to with { Rate = value }));

    private static readonly Shape<RecentOptions> Recent = new MapShape<RecentOptions>(
        new RecentOptions(),
        new Key<RecentOptions, int>("events", Scalars.Integer(1, 100_000), "How many enriched events are kept to be looked at. Default 1000.", (to, value) => to with { Events = value }),
        new Key<RecentOptions, long>("bytes", Scalars.Size, "Bytes of their records in this process. Default 8MiB.", (to, value) => to with { Bytes = value }),
        new Key<RecentOptions, Secret>(
            "redis",
            Scalars.Secret,
            "Address of a Redis that processes share them through, such as redis://host:6379. Default: the environment variable REDIS_URL.",
            (to, value) => to with { Redis = value }));

    /// <summary>The block, or off.</summary>
    public static Shape<ApiOptions?> Root { get; } = new SwitchShape<ApiOptions?>(
        "off",
        new MapShape<ApiOptions?>(
            new ApiOptions(),
            new Key<ApiOptions?, string>("listen", Scalars.Name, "address:port of /metrics, /health and the API. Default 127.0.0.1:8080.", (to, value) => to! with { Listen = value }),
            new Key<ApiOptions?, string>(
                "topic", Scalars.Text, "Topic that posted events are written to. It is read, with format: auto, also when no source names it.", (to, value) => to! with { Topic = value }),
            new Key<ApiOptions?, JwtOptions>("jwt", Jwt, "How tokens are checked. Without a key only calls without a role are served.", (to, value) => to! with { Jwt = value }),
            new Key<ApiOptions?, IReadOnlyList<string>>(
                "cors", new ListShape<string>(Scalars.Name, singleAllowed: true), "Origins whose pages may call the API, such as https://soc.example.org.", (to, value) => to! with { Cors = value }),
            new Key<ApiOptions?, ApiLimits>("limits", Limits, "What one client may do.", (to, value) => to! with { Limits = value }),
            new Key<ApiOptions?, RecentOptions>("recent", Recent, "The enriched events that are kept to be looked at.", (to, value) => to! with { Recent = value }),
            new Key<ApiOptions?, ApiTaxiiOptions?>("taxii", ApiTaxiiOptions.Shape, "Read-only TAXII 2.1 server at /taxii2/. Default off.", (to, value) => to! with { Taxii = value })),
        () => null);
}
