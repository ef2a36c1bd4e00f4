using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Api.Group;

/// <summary><c>GET /api/group</c>.</summary>
internal static class GroupEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/group", GetAsync)
        .WithName("group")
        .WithTags("status")
        .WithSummary("All processes of the pipeline, and where its sinks stand in all partitions")
        .WithDescription("Asked of the Kafka brokers, at most some seconds old.")
        .Produces<GroupAnswer>()
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .RequireAuthorization(Roles.MayRead);

    private static async Task<IResult> GetAsync(ApiBackend backend, HttpContext context)
    {
        try
        {
            return Results.Ok(await backend.Group.GetAsync(context.RequestAborted));
        }
        catch (KafkaSetupException error)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        catch (TimeoutException)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "the Kafka brokers have not answered yet");
        }
    }
}
