using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Api.Status;

namespace StreamEnricher.Cli.Api;

/// <summary>All calls of the API.</summary>
internal static class ApiEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        EnrichEndpoint.Map(routes);
        RecentEndpoint.Map(routes);
        StatusEndpoint.Map(routes);
        PipelineEndpoint.Map(routes);
        SinkEndpoints.Map(routes);
        routes.MapOpenApi(ApiDocument.Route);
    }
}
