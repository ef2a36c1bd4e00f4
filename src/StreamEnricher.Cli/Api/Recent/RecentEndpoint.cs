using System.Text.Json;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Recent;

/// <summary><c>GET /api/events/enriched</c>.</summary>
internal static class RecentEndpoint
{
    private const int MostEvents = 1000;

    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/events/enriched", GetAsync)
        .WithName("recentEvents")
        .WithTags("events")
        .WithSummary("Recent enriched events, newest first")
        .WithDescription(
            $"At most {MostEvents}. From Redis when one is configured (all processes of the pipeline), else from this process's memory. Above some hundred events a second they are a sample.")
        .Produces<RecentAnswer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .RequireAuthorization(Roles.MayRead);

    private static async Task<IResult> GetAsync(ApiBackend backend, HttpContext context, int limit = 100)
    {
        if (limit is < 1 or > MostEvents)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"limit must be from 1 to {MostEvents}");
        }

        var (events, from) = await backend.Recent.NewestAsync(limit, context.RequestAborted);
        return Results.Bytes(Answer(events, from), "application/json");
    }

    private static byte[] Answer(IReadOnlyList<ReadOnlyMemory<byte>> events, string from)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("enriched_events");
            foreach (var one in events)
            {
                writer.WriteRawValue(one.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteNumber("count", events.Count);
            writer.WriteString("from", from);
            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}

/// <summary>Shape of the answer, for the OpenAPI document.</summary>
/// <param name="EnrichedEvents">Common enriched events, newest first.</param>
/// <param name="Count">How many.</param>
/// <param name="From">redis or memory.</param>
internal sealed record RecentAnswer(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> EnrichedEvents, int Count, string From);
