using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Status;

/// <summary><c>GET /api/pipeline</c>.</summary>
internal static class PipelineEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/pipeline", static (ApiBackend backend) => Results.Bytes(PipelineView.Of(backend.Options), "application/json"))
        .WithName("pipeline")
        .WithTags("status")
        .WithSummary("The running configuration without secrets")
        .Produces<IReadOnlyDictionary<string, System.Text.Json.JsonElement>>()
        .RequireAuthorization(Roles.MayRead);
}
