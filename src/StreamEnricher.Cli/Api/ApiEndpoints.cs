using StreamEnricher.Cli.Api.Attack;
using StreamEnricher.Cli.Api.DeadLetters;
using StreamEnricher.Cli.Api.Group;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Cli.Api.Taps;
using StreamEnricher.Cli.Api.Taxii;

namespace StreamEnricher.Cli.Api;

/// <summary>All calls of the API.</summary>
internal static class ApiEndpoints
{
    /// <summary>Adds them.</summary>
    /// <param name="routes">The listener's routes.</param>
    /// <param name="backend">What they work on.</param>
    public static void Map(IEndpointRouteBuilder routes, ApiBackend backend)
    {
        EnrichEndpoint.Map(routes);
        RecentEndpoint.Map(routes);
        StatusEndpoint.Map(routes);
        PipelineEndpoint.Map(routes);
        LiveEndpoint.Map(routes);
        GroupEndpoint.Map(routes);
        StreamEndpoint.Map(routes);
        SessionEndpoint.Map(routes);
        SinkEndpoints.Map(routes);
        DeadLetterEndpoints.Map(routes);
        LayerEndpoint.Map(routes);
        MatrixEndpoint.Map(routes);
        TechniqueEndpoint.Map(routes);
        TapEndpoint.Map(routes);
        TaxiiEndpoints.Map(routes, backend.Taxii);
        routes.MapOpenApi(ApiDocument.Route);
    }
}
