using System.Net;
using OpenTelemetry.Metrics;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Cli.Hosting;

/// <summary>The HTTP listener of a running pipeline: <c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
/// <remarks>It takes nothing from the environment or the working folder: what it does is in the pipeline file alone.</remarks>
internal sealed class ApiServer : IAsyncDisposable
{
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
    private static readonly double[] Events = [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000];
    private readonly WebApplication _application;

    private ApiServer(WebApplication application) => _application = application;

    /// <summary>Addresses that it listens on, ports resolved.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application.Urls];

    /// <summary>Starts to listen.</summary>
    /// <param name="listen">address:port; port 0 for any.</param>
    /// <param name="readiness">Asked at each call of <c>/health/ready</c>.</param>
    /// <param name="loggers">Takes the server's own warnings.</param>
    /// <param name="cancellation">Ends starting.</param>
    /// <exception cref="ListenException">The address cannot be used.</exception>
    public static async Task<ApiServer> StartAsync(string listen, Func<Readiness> readiness, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(PipelineMetrics.MeterName)
            .AddView("streamenricher.end_to_end", new ExplicitBucketHistogramConfiguration { Boundaries = Seconds })
            .AddView("streamenricher.batch.events", new ExplicitBucketHistogramConfiguration { Boundaries = Events })
            .AddPrometheusExporter());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (EndPointOf(listen) is { } endPoint)
            {
                kestrel.Listen(endPoint);
            }
            else
            {
                kestrel.ListenLocalhost(int.Parse(listen[(listen.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
            }
        });
        var application = builder.Build();
        application.UseRouting();
        application.MapPrometheusScrapingEndpoint("/metrics");
        application.MapGet("/health/live", (RequestDelegate)(context => AnswerAsync(context, StatusCodes.Status200OK, "live", [])));
        application.MapGet("/health/ready", (RequestDelegate)(context =>
        {
            var state = readiness();
            return AnswerAsync(context, state.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, state.Ready ? "ready" : "not ready", state.Reasons);
        }));
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            throw new ListenException($"cannot listen on {listen}: {exception.Message} (set api.listen to a free address, or api: off)", exception);
        }

        return new ApiServer(application);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static IPEndPoint? EndPointOf(string listen)
    {
        var text = listen.StartsWith("*:", StringComparison.Ordinal) ? "0.0.0.0" + listen[1..] : listen;
        return IPEndPoint.TryParse(text, out var endPoint) ? endPoint : null;
    }

    private static async Task AnswerAsync(HttpContext context, int status, string state, IReadOnlyList<string> reasons)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new HealthReport(state, reasons), HealthJson.Default.HealthReport, cancellationToken: context.RequestAborted);
    }
}
