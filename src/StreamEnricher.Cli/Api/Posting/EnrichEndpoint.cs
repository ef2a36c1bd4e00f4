using System.Text.Json;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Posting;

/// <summary><c>POST /api/events/enrich</c>.</summary>
internal static class EnrichEndpoint
{
    /// <summary>Media type of several events, one a line.</summary>
    public const string Lines = "application/x-ndjson";

    private const string Json = "application/json";
    private const string Delivered = "Event enriched and exported to SIEM";
    private const string Enriched = "Event enriched; nothing was written (deliver=false)";

    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/events/enrich", PostAsync)
        .WithName("enrichEvent")
        .WithTags("events")
        .WithSummary("Take an event in and answer with its enriched form")
        .WithDescription(
            "The event is written to the pipeline's API topic (acks=all), from where it is delivered like any other; event_id is the id that every sink gets. With deliver=false nothing "
            + "is written. application/x-ndjson takes one such object a line and answers with one line each: an answer, or {\"problem\":{…}}.")
        .Accepts<PostedBody>(Json, Lines)
        .Produces<PostedAnswer>(StatusCodes.Status200OK, Json, Lines)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .RequireAuthorization(Roles.MayPost);

    private static async Task<IResult> PostAsync(HttpRequest request, ApiBackend backend, bool deliver = true)
    {
        var cancellation = request.HttpContext.RequestAborted;
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is not (Json or Lines))
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, $"the body must be {Json} or {Lines}");
        }

        if (deliver && !backend.Poster.Delivers)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "this pipeline has no topic for posted events: set api.topic, or ask with deliver=false");
        }

        var (body, problem) = await BodyReader.ReadAsync(request, cancellation);
        if (problem is not null)
        {
            return problem;
        }

        var several = type == Lines;
        var values = new List<byte[]>();
        foreach (var (line, number) in several ? Split(body) : [(body.AsMemory(), 0)])
        {
            if (PostedEvent.TryRead(line, out var value) is { } wrong)
            {
                return Problems.Of(StatusCodes.Status400BadRequest, several ? $"line {number}: {wrong}; nothing was written" : wrong);
            }

            values.Add(value);
        }

        if (values.Count == 0)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "there is no event in the body");
        }

        var results = deliver ? await backend.Poster.DeliverAsync(values, cancellation) : await backend.Poster.EnrichAsync(values, cancellation);
        var message = deliver ? Delivered : Enriched;
        return several ? Results.Bytes(Answer(results, message), Lines)
            : results[0].Problem is { } detail ? Problems.Of(results[0].Status, detail)
            : Results.Bytes(Answer(results, message), Json);
    }

    /// <summary>The lines of the body that are not empty, with their numbers from 1.</summary>
    private static IEnumerable<(ReadOnlyMemory<byte> Line, int Number)> Split(ReadOnlyMemory<byte> body)
    {
        for (var number = 1; body.Length > 0; number++)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).Trim(" \t\r"u8.ToArray());
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Length > 0)
            {
                yield return (line, number);
            }
        }
    }

    private static byte[] Answer(IReadOnlyList<PostedResult> results, string message)
    {
        using var output = new MemoryStream();
        foreach (var (result, index) in results.Select(static (result, index) => (result, index)))
        {
            if (index > 0)
            {
                output.WriteByte((byte)'\n');
            }

            using var writer = new Utf8JsonWriter(output);
            writer.WriteStartObject();
            if (result.Problem is { } problem)
            {
                writer.WriteStartObject("problem");
                writer.WriteNumber("status", result.Status);
                writer.WriteString("detail", problem);
                writer.WriteEndObject();
            }
            else
            {
                writer.WritePropertyName("enriched_event");
                writer.WriteRawValue(result.Event.Span, skipInputValidation: true);
                writer.WriteString("message", message);
            }

            writer.WriteEndObject();
        }

        return output.ToArray();
    }
}
