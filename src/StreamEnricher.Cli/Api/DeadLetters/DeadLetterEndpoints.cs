using System.ComponentModel;
using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Api.DeadLetters;

/// <summary><c>/api/dead-letters</c>: list, show, replay.</summary>
internal static class DeadLetterEndpoints
{
    private const string Path = "/api/dead-letters";
    private const string Tag = "dead letters";

    /// <summary>Adds the calls.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ListAsync)
            .WithName("deadLetters").WithTags(Tag).WithSummary("The newest dead letters, newest first, without their content")
            .WithDescription($"Several values of one parameter are alternatives. At most {DeadLetterDeck.MostListed}; complete is false when the store could not be read to its end in time.")
            .Produces<DeadLetterList>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireAuthorization(Roles.MayRead);
        routes.MapGet(Path + "/{eventId}", ShowAsync)
            .WithName("deadLetter").WithTags(Tag).WithSummary("All of a record's dead letters: why, by which sink, and its key, value and headers")
            .Produces<DeadLetterList>().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireAuthorization(Roles.MayRead);
        routes.MapPost(Path + "/replay", ReplayAsync)
            .WithName("replayDeadLetters").WithTags(Tag).WithSummary("Write dead letters to their topics again, for the running pipeline to deliver")
            .WithDescription("Each goes to the sink that refused it, or to all when it was refused before the fan-out; to says otherwise. They keep their event id. One replay at a time.")
            .Accepts<ReplayRequest>("application/json")
            .Produces<ReplayAnswer>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireAuthorization(Roles.MayOperate);
    }

    private static Task<IResult> ListAsync(
        ApiBackend backend, HttpContext context, string[]? sink = null, string[]? reason = null, string[]? topic = null, DateTimeOffset? since = null, DateTimeOffset? until = null,
        [Description("How many, from 1 to 1000.")] int limit = 100) =>
        limit is < 1 or > DeadLetterDeck.MostListed
            ? Task.FromResult(Problems.Of(StatusCodes.Status400BadRequest, $"limit must be from 1 to {DeadLetterDeck.MostListed}"))
            : AnswerAsync(async () => Results.Ok(await backend.DeadLetters.ListAsync(
                new DeadLetterFilter { Sinks = sink ?? [], Reasons = reason ?? [], Topics = topic ?? [], Since = since, Until = until }, limit, whole: false, context.RequestAborted)));

    private static Task<IResult> ShowAsync(string eventId, ApiBackend backend, HttpContext context) => AnswerAsync(async () =>
    {
        var found = await backend.DeadLetters.ListAsync(new DeadLetterFilter { EventIds = [eventId] }, DeadLetterDeck.MostShown, whole: true, context.RequestAborted);
        return found.Count > 0 ? Results.Ok(found) : Problems.Of(StatusCodes.Status404NotFound, "there is no dead letter of this event id");
    });

    private static async Task<IResult> ReplayAsync(HttpRequest http, ApiBackend backend)
    {
        if (http.ContentType?.Split(';')[0].Trim() != "application/json")
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "the body must be application/json");
        }

        var cancellation = http.HttpContext.RequestAborted;
        var (body, problem) = await BodyReader.ReadAsync(http, cancellation);
        if (problem is not null)
        {
            return problem;
        }

        if (ReplayRequest.TryRead(body, backend.Options, out var request) is { } wrong)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, wrong);
        }

        return await AnswerAsync(async () => await backend.DeadLetters.TryReplayAsync(request, Subject.ForLog(http.HttpContext.User), cancellation) is { } answer
            ? Results.Ok(answer)
            : Problems.Of(StatusCodes.Status409Conflict, "another replay is under way: wait for it"));
    }

    /// <summary>The store may be away; its own words say why.</summary>
    private static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or KafkaSetupException or CompositionException)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
    }
}
