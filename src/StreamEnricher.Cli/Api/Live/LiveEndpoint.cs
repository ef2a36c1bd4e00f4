using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Live;

/// <summary><c>GET /api/live</c>.</summary>
internal static class LiveEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/live", static (ApiBackend backend) => Results.Ok(LiveView.Of(backend.Options, backend.Figures.Latest)))
        .WithName("liveFigures")
        .WithTags("status")
        .WithSummary("What the pipeline does now")
        .WithDescription("Figures of this process, sampled once a second: topics, partitions, sinks, memory, attribution cache, dead letters.")
        .Produces<LiveView>()
        .RequireAuthorization(Roles.MayRead);
}
