using System.Net;
using System.Text.Json;
using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Api.Posting;
using StreamEnricher.Cli.Hosting;

namespace StreamEnricher.Cli.MapPatterns;

/// <summary>The HTTP listener of <c>attribution serve</c>: <c>POST /map_patterns</c> and <c>GET /health/live</c>.</summary>
internal sealed class MapPatternsServer : IAsyncDisposable
{
    /// <summary>Most indicators of a request.</summary>
    internal const int MostIndicators = 10_000;

    private const long MostBytes = 16 << 20;

    private readonly WebApplication _application;

    private MapPatternsServer(WebApplication application) => _application = application;

    /// <summary>Addresses that it listens on, ports resolved.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application.Urls];

    /// <summary>Starts to listen.</summary>
    /// <param name="listen">Address and port.</param>
    /// <param name="attributor">Answers.</param>
    /// <param name="loggers">Takes the server's own warnings.</param>
    /// <param name="cancellation">Ends starting.</param>
    /// <exception cref="ListenException">The address cannot be used.</exception>
    public static async Task<MapPatternsServer> StartAsync(IPEndPoint listen, IndicatorAttributor attributor, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Listen(listen);
        });
        var application = builder.Build();
        application.UseRouting();
        application.MapGet("/health/live", static () => Results.Text("ok"));
        application.MapPost("/map_patterns", (HttpRequest request, CancellationToken aborted) => AnswerAsync(request, attributor, aborted));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            throw new ListenException($"cannot listen on {listen}: {exception.Message} (give another address with --listen)", exception);
        }

        return new MapPatternsServer(application);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, IndicatorAttributor attributor, CancellationToken cancellation)
    {
        var (body, problem) = await BodyReader.ReadAsync(request, cancellation);
        if (problem is not null)
        {
            return problem;
        }

        PatternRequest? asked;
        try
        {
            asked = JsonSerializer.Deserialize(body, PatternJson.Default.PatternRequest);
        }
        catch (JsonException error)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"the body is not the JSON that /map_patterns takes: {error.Message}");
        }

        if (asked?.Indicators is not { } indicators)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "the body needs 'indicators', an array of { id, timestamp, type, value, severity, tags, description }");
        }

        if (indicators.Count > MostIndicators)
        {
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, $"{indicators.Count} indicators are more than one request may have ({MostIndicators})");
        }

        for (var at = 0; at < indicators.Count; at++)
        {
            if (string.IsNullOrEmpty(indicators[at]?.Type) || string.IsNullOrEmpty(indicators[at]?.Value))
            {
                return Problems.Of(StatusCodes.Status400BadRequest, $"indicators[{at}] needs a type and a value");
            }
        }

        return Results.Json(await attributor.AnswerAsync(indicators!, cancellation), PatternJson.Default.PatternReply);
    }
}
