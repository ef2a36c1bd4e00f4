using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary><c>GET /api/tap</c>: events as they pass.</summary>
internal static class TapEndpoint
{
    private const string Lines = "application/x-ndjson";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/tap", TapAsync)
        .WithName("tap")
        .WithTags("events")
        .WithSummary("Events as they pass, one JSON object a line, until the caller goes")
        .WithDescription(
            "Each line has the record's position, its event id and its value at the place asked for (lines, where the place has several), without what looks like a secret. Once a second a "
            + "line {\"passed\":…} tells how many events were not shown. It ends with the token.")
        .Produces<string>(StatusCodes.Status200OK, Lines)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .RequireAuthorization(Roles.MayRead);

    private static async Task TapAsync(
        HttpContext context, ApiBackend backend, IHostApplicationLifetime lifetime,
        [Description("source (as read), enriched (the common event), or the name of a sink (its bytes).")] string at = TapRequest.Enriched,
        [Description("A condition on the ECS document as after when: in a pipeline file, such as event.severity|gte: 50.")] string? where = null,
        [Description("Most events a second.")] int rate = 10,
        [Description("Events after which it ends; 0 for none.")] long limit = 0)
    {
        if (TapRequest.TryRead(at, where, rate, limit, backend.Options, out var request) is { } wrong)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, wrong);
            return;
        }

        using var tap = backend.Taps.TryOpen();
        if (tap is null)
        {
            context.Response.Headers.RetryAfter = "10";
            await Problems.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"{TapPoint.MostTaps} taps are open already");
            return;
        }

        using var expiry = TokenLife.Until(context.User, backend.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, expiry.Token);
        using var reader = backend.TapReader(request);
        context.Response.ContentType = Lines;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await context.Response.Body.FlushAsync(ended.Token);
            await CopyAsync(tap, reader, request, context.Response.Body, backend.Time, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return;
        }
    }

    private static async Task CopyAsync(Tap tap, TapReader reader, TapRequest request, Stream output, TimeProvider time, CancellationToken cancellation)
    {
        var budget = new TapBudget(request.Rate, time);
        long shown = 0;
        while (true)
        {
            var next = tap.NextAsync(cancellation).AsTask();
            while (await Task.WhenAny(next, Task.Delay(Period, time, cancellation)) != next)
            {
                cancellation.ThrowIfCancellationRequested();
                await ReportAsync(budget, tap, output, cancellation);
            }

            var allowed = budget.Left();
            if (request.Limit > 0)
            {
                allowed = (int)Math.Min(allowed, request.Limit - shown);
            }

            var (lines, matched) = await reader.ReadAsync(await next, allowed, cancellation);
            foreach (var line in lines)
            {
                await output.WriteAsync(line, cancellation);
            }

            shown += lines.Count;
            budget.Take(lines.Count, matched - Math.Min(matched, lines.Count));
            await output.FlushAsync(cancellation);
            if (request.Limit > 0 && shown >= request.Limit)
            {
                return;
            }

            await ReportAsync(budget, tap, output, cancellation);
        }
    }

    private static async Task ReportAsync(TapBudget budget, Tap tap, Stream output, CancellationToken cancellation)
    {
        if (budget.TryReport(tap, out var report))
        {
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(report, ApiJson.Options), cancellation);
            await output.WriteAsync("\n"u8.ToArray(), cancellation);
            await output.FlushAsync(cancellation);
        }
    }
}

/// <summary>The line that tells what was not shown in the last second.</summary>
/// <param name="Passed">The figures.</param>
internal sealed record TapReport(TapPassed Passed);

/// <summary>What was not shown.</summary>
/// <param name="OverRate">Events of interest above the rate.</param>
/// <param name="Unseen">Events that passed while others were looked through.</param>
internal sealed record TapPassed(long OverRate, long Unseen);
