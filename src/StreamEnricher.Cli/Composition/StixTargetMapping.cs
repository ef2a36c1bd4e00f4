using StreamEnricher.Cli.Configuration;
using StreamEnricher.Delivery.Sentinel;
using StreamEnricher.Delivery.Taxii;

namespace StreamEnricher.Cli.Composition;

/// <summary>The destinations of <c>stix</c> sinks as their clients want them.</summary>
internal static class StixTargetMapping
{
    /// <summary>A TAXII collection. A sink without <c>rate_limit</c> gets the default of TAXII.</summary>
    public static TaxiiOptions Taxii(string name, SinkOptions sink, StixTaxii taxii, PipelineOptions pipeline)
    {
        var options = new TaxiiOptions
        {
            Name = name,
            ApiRoot = new Uri(taxii.ApiRoot),
            Collection = taxii.Collection,
            Username = taxii.Username.Length == 0 ? null : taxii.Username,
            Password = taxii.Password.Reveal(),
            Token = taxii.Token.Reveal(),
            MaxConcurrency = sink.MaxConcurrency,
            Http = HttpSinkMapping.Http(sink, pipeline),
        };
        return options with
        {
            MaxRequestObjects = sink.BatchEvents ?? options.MaxRequestObjects,
            MaxRequestBytes = HttpSinkMapping.Bytes(sink) ?? options.MaxRequestBytes,
            RateLimit = sink.RateLimit ?? options.RateLimit,
        };
    }

    /// <summary>A Sentinel workspace.</summary>
    public static SentinelOptions Sentinel(string name, SinkOptions sink, StixOptions stix, StixSentinel sentinel, PipelineOptions pipeline)
    {
        var options = new SentinelOptions
        {
            Name = name,
            Workspace = sentinel.Workspace,
            Tenant = sentinel.Tenant,
            ClientId = sentinel.ClientId,
            ClientSecret = sentinel.ClientSecret.Reveal() ?? "",
            SourceSystem = sentinel.SourceSystem.Length > 0 ? sentinel.SourceSystem : stix.Producer,
            MaxConcurrency = sink.MaxConcurrency,
            RateLimit = sink.RateLimit,
            Http = HttpSinkMapping.Http(sink, pipeline),
        };
        return options with
        {
            Endpoint = sentinel.Endpoint.Length > 0 ? new Uri(sentinel.Endpoint) : options.Endpoint,
            Authority = sentinel.Authority.Length > 0 ? new Uri(sentinel.Authority) : options.Authority,
            MaxRequestObjects = Math.Min(sink.BatchEvents ?? options.MaxRequestObjects, options.MaxRequestObjects),
            MaxRequestBytes = HttpSinkMapping.Bytes(sink) ?? options.MaxRequestBytes,
        };
    }
}
