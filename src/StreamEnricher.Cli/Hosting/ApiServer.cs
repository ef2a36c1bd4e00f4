using System.Globalization;
using System.Net;
using OpenTelemetry.Metrics;
using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Dashboard;

namespace StreamEnricher.Cli.Hosting;

/// <summary>The HTTP listener of a running pipeline: metrics, health, API and dashboard.</summary>
/// <remarks>It takes nothing from the environment or the working folder: what it does is in the pipeline file alone.</remarks>
internal sealed class ApiServer : IAsyncDisposable
{
    private const int MostConnections = 2000;
    private readonly WebApplication _application;

    private ApiServer(WebApplication application) => _application = application;

    /// <summary>Addresses that it listens on, ports resolved.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application.Urls];

    /// <summary>Starts to listen.</summary>
    /// <param name="backend">The pipeline that it serves.</param>
    /// <param name="loggers">Takes the server's own warnings.</param>
    /// <param name="cancellation">Ends starting.</param>
    /// <exception cref="ListenException">The address, or a key that tokens are checked with, cannot be used.</exception>
    public static async Task<ApiServer> StartAsync(ApiBackend backend, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var application = Build(backend, loggers);
        Configure(application, backend);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (IOException exception)
        {
            await application.DisposeAsync();
            throw new ListenException($"cannot listen on {backend.Api.Listen}: {exception.Message} (set api.listen to a free address, or api: off)", exception);
        }

        return new ApiServer(application);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static WebApplication Build(ApiBackend backend, ILoggerFactory loggers)
    {
        var api = backend.Api;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(backend);
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(static options => ApiJson.Configure(options.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. api.Cors]).WithMethods(HttpMethods.Get, HttpMethods.Post).WithHeaders("authorization", "content-type")));
        ClientLimits.Add(builder.Services, api.Limits);
        BearerSetup.Add(builder.Services, Parameters(backend, loggers));
        ApiDocument.Add(builder.Services);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => Telemetry.Views(metrics).AddPrometheusExporter());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = api.Limits.Body;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            if (EndPointOf(api.Listen) is { } endPoint)
            {
                kestrel.Listen(endPoint);
            }
            else
            {
                kestrel.ListenLocalhost(int.Parse(api.Listen[(api.Listen.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
            }
        });
        return builder.Build();
    }

    /// <summary>What answers a request, from the outside in: limits hold for those without a token too.</summary>
    private static void Configure(WebApplication application, ApiBackend backend)
    {
        application.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = static error => error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
            SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException or OperationCanceledException,
        });
        application.UseStatusCodePages();
        application.Use(static (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            return next(context);
        });
        application.UseRouting();
        if (backend.Api.Cors.Count > 0)
        {
            application.UseCors();
        }

        application.UseAuthentication();
        application.UseRateLimiter();
        application.UseAuthorization();
        application.MapPrometheusScrapingEndpoint("/metrics");
        HealthEndpoints.Map(application);
        ApiEndpoints.Map(application, backend);
        DashboardEndpoints.Map(application, backend.Api.Jwt.HasKey);
    }

    private static Microsoft.IdentityModel.Tokens.TokenValidationParameters? Parameters(ApiBackend backend, ILoggerFactory loggers)
    {
        if (!backend.Api.Jwt.HasKey)
        {
            Log.NoKey(loggers.CreateLogger("StreamEnricher.Api"));
            return null;
        }

        try
        {
            return JwtKeys.Parameters(backend.Api.Jwt, backend.Options.FullPath, backend.Time, loggers);
        }
        catch (JwtKeyException error)
        {
            throw new ListenException($"tokens cannot be checked: {error.Message} (see api.jwt)", error);
        }
    }

    private static IPEndPoint? EndPointOf(string listen)
    {
        var text = listen.StartsWith("*:", StringComparison.Ordinal) ? "0.0.0.0" + listen[1..] : listen;
        return IPEndPoint.TryParse(text, out var endPoint) ? endPoint : null;
    }
}
