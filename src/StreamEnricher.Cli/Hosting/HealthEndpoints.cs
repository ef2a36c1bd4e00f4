using StreamEnricher.Cli.Api;

namespace StreamEnricher.Cli.Hosting;

/// <summary><c>/health/live</c> and <c>/health/ready</c>, for whatever restarts or routes.</summary>
internal static class HealthEndpoints
{
    /// <summary>Adds the calls.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static () => Results.Ok(new HealthReport("live", [])))
            .WithName("live").WithTags("health").WithSummary("The process runs").Produces<HealthReport>();
        routes.MapGet("/health/ready", static (ApiBackend backend) =>
            {
                var state = backend.Readiness();
                return Results.Json(
                    new HealthReport(state.Ready ? "ready" : "not ready", state.Reasons),
                    statusCode: state.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
            })
            .WithName("ready").WithTags("health").WithSummary("It reads, and every sink takes events")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }
}
