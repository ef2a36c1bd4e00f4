using System.Security.Claims;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Api.Sinks;

/// <summary><c>GET /api/sinks</c>, and <c>POST /api/sinks/{name}/pause</c>, <c>resume</c>, <c>rewind</c>.</summary>
internal static class SinkEndpoints
{
    /// <summary>Adds the calls.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sinks", static (ApiBackend backend) => Results.Ok(List(backend)))
            .WithName("sinks")
            .WithTags("sinks")
            .WithSummary("All sinks, and how far each is in the partitions of this process")
            .Produces<IReadOnlyList<SinkState>>()
            .RequireAuthorization(Roles.MayRead);
        Switch(routes, "pause", "Let a sink get nothing until it is resumed", "The other sinks go on, and what it does not get stays in Kafka. It holds for this process, until it ends.", static control => control.Pause);
        Switch(routes, "resume", "Let a paused sink go on where it stands", "It reads on its own until it has caught up.", static control => control.Resume);
        routes.MapPost("/api/sinks/{name}/rewind", RewindAsync)
            .WithName("rewindSink")
            .WithTags("sinks")
            .WithSummary("Let a sink begin anew at another place")
            .WithDescription(
                "It gets again what comes after it, in the partitions of this process: ask each process of the group. What it has in hand is given up. The other sinks go on.")
            .Produces<SinkAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireAuthorization(Roles.MayOperate);
    }

    private static void Switch(IEndpointRouteBuilder routes, string verb, string summary, string description, Func<SinkControl, Action<string>> action) =>
        routes.MapPost($"/api/sinks/{{name}}/{verb}", (string name, ApiBackend backend, ClaimsPrincipal user, ILoggerFactory loggers) =>
            {
                if (Unknown(name, backend) is { } problem)
                {
                    return problem;
                }

                action(backend.Sinks)(name);
                Note(loggers, user, verb, name);
                return Results.Ok(Answer(name, verb == "pause", backend));
            })
            .WithName($"{verb}Sink")
            .WithTags("sinks")
            .WithSummary(summary)
            .WithDescription(description)
            .Produces<SinkAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .RequireAuthorization(Roles.MayOperate);

    private static async Task<IResult> RewindAsync(string name, RewindBody body, ApiBackend backend, ClaimsPrincipal user, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (Unknown(name, backend) is { } problem)
        {
            return problem;
        }

        if (SinkTargets.TryParse(body.To) is not { } target)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"to: {SinkTargets.Expected}");
        }

        try
        {
            await backend.Sinks.RewindAsync(name, target, cancellation);
            Note(loggers, user, "rewind", name);
            return Results.Ok(Answer(name, backend.Figures.Latest.Engine.Sinks.Any(sink => sink.Name == name && sink.Paused), backend));
        }
        catch (InvalidOperationException error)
        {
            return Problems.Of(StatusCodes.Status409Conflict, error.Message);
        }
        catch (KafkaSetupException error)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
    }

    private static void Note(ILoggerFactory loggers, ClaimsPrincipal user, string verb, string sink)
    {
        var (logger, subject) = (loggers.CreateLogger("StreamEnricher.Api"), Subject.ForLog(user));
        Log.Told(logger, subject, verb, sink);
    }

    private static IResult? Unknown(string name, ApiBackend backend)
    {
        var sinks = backend.Options.ActiveSinks.Select(static sink => sink.Key).ToList();
        return sinks.Contains(name) ? null : Problems.Of(StatusCodes.Status404NotFound, $"there is no sink {name} that is on; there are {string.Join(", ", sinks)}");
    }

    private static IReadOnlyList<SinkState> List(ApiBackend backend) =>
        [.. SinkState.All(backend.Options, backend.Figures.Latest).Select(state => state.Enabled ? state with { Partitions = Places(state.Name!, backend) } : state)];

    private static SinkAnswer Answer(string name, bool paused, ApiBackend backend) => new(name, paused, Places(name, backend));

    private static IReadOnlyList<SinkPartition> Places(string name, ApiBackend backend)
    {
        var index = backend.Options.ActiveSinks.Select(static sink => sink.Key).ToList().IndexOf(name);
        return [.. backend.Sinks.Progress()
            .Select(progress => new SinkPartition(progress.Lease.Topic, progress.Lease.Partition, progress.BySink[index]))
            .OrderBy(static place => place.Topic, StringComparer.Ordinal).ThenBy(static place => place.Partition)];
    }
}
