using Microsoft.AspNetCore.Http.Features;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Live;

/// <summary><c>GET /api/stream</c>: Server-Sent Events.</summary>
/// <remarks>
/// The token comes in the header as everywhere; pages read the stream with fetch. Nothing that opens it stands in an address, where histories, logs and proxies would
/// keep it. The stream ends with the token.
/// </remarks>
internal static class StreamEndpoint
{
    private const string MediaType = "text/event-stream";

    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/stream", StreamAsync)
        .WithName("stream")
        .WithTags("status")
        .WithSummary("What happens, as Server-Sent Events")
        .WithDescription(
            "Events: live (once a second, as /api/live), techniques (all techniques seen, when something changed), events (new enriched events, oldest first, a sample of at most "
            + $"{LiveStreams.EventsAFrame} a second), end (the stream ends, and why). It begins with all three. The token is sent as a header, also by pages (fetch); it ends the stream "
            + $"when it expires. At most {LiveStreams.MostOfOne} streams a subject.")
        .Produces<string>(StatusCodes.Status200OK, MediaType)
        .RequireAuthorization(Roles.MayRead);

    private static async Task StreamAsync(HttpContext context, ApiBackend backend, IHostApplicationLifetime lifetime)
    {
        using var listener = backend.Streams.TryListen(Subject.Of(context.User));
        if (listener is null)
        {
            context.Response.Headers.RetryAfter = "10";
            await Problems.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, $"too many streams are open: {LiveStreams.MostOfOne} a subject, {LiveStreams.MostListeners} in all");
            return;
        }

        using var expiry = TokenLife.Until(context.User, backend.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, expiry.Token);
        context.Response.ContentType = MediaType;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await context.Response.Body.WriteAsync(await backend.Streams.FirstFrameAsync(ended.Token), ended.Token);
            while (true)
            {
                await context.Response.Body.FlushAsync(ended.Token);
                await context.Response.Body.WriteAsync(await listener.NextAsync(ended.Token), ended.Token);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                using var frame = new StreamFrame();
                var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "the process stops" : "the token has expired";
                await context.Response.Body.WriteAsync(frame.Add("end", new StreamEnd(reason)).ToArray(), CancellationToken.None);
            }
        }
    }
}

/// <summary>Data of the event <c>end</c>.</summary>
/// <param name="Reason">Why the stream ends.</param>
internal sealed record StreamEnd(string Reason);
