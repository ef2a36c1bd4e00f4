using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamEnricher.Cli.Commands;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Tracing;

namespace StreamEnricher.Cli.Hosting;

/// <summary>Metrics and traces by OTLP, when OpenTelemetry's own environment variables name a collector.</summary>
/// <remarks>
/// All of <c>OTEL_EXPORTER_OTLP_*</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c>, <c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_METRIC_EXPORT_INTERVAL</c> hold, as the OpenTelemetry specification
/// describes them; without an endpoint nothing is made.
/// </remarks>
internal sealed class Telemetry : IDisposable
{
    private const string Prefix = "OTEL_";
    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
    private static readonly double[] Events = [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 100_000];
    private readonly MeterProvider? _metrics;
    private readonly TracerProvider? _traces;

    private Telemetry(MeterProvider? metrics, TracerProvider? traces) => (_metrics, _traces) = (metrics, traces);

    /// <summary>Starts to send what is asked for.</summary>
    /// <param name="pipeline">The pipeline's name, <c>service.namespace</c>.</param>
    /// <param name="environment">The environment's variables; those of OpenTelemetry are read.</param>
    public static Telemetry Start(string pipeline, IReadOnlyDictionary<string, string?> environment)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(environment.Where(static one => one.Key.StartsWith(Prefix, StringComparison.Ordinal)))
            .Build();
        if (string.Equals(settings["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            return new Telemetry(null, null);
        }

        bool Asked(string signal) => !string.IsNullOrEmpty(settings["OTEL_EXPORTER_OTLP_ENDPOINT"]) || !string.IsNullOrEmpty(settings[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]);
        return new Telemetry(
            Asked("METRICS")
                ? Views(Sdk.CreateMeterProviderBuilder().ConfigureServices(services => services.AddSingleton<IConfiguration>(settings)).ConfigureResource(Describe))
                    .AddOtlpExporter().Build()
                : null,
            Asked("TRACES")
                ? Sdk.CreateTracerProviderBuilder().ConfigureServices(services => services.AddSingleton<IConfiguration>(settings)).ConfigureResource(Describe)
                    .AddSource(PipelineTraces.SourceName).AddSource("System.Net.Http").AddOtlpExporter().Build()
                : null);

        void Describe(ResourceBuilder resource) => resource.AddService("streamenricher", pipeline, ProductVersion.Text).AddEnvironmentVariableDetector();
    }

    /// <summary>The product's meter, with buckets that fit its histograms.</summary>
    public static MeterProviderBuilder Views(MeterProviderBuilder metrics) => metrics
        .AddMeter(PipelineMetrics.MeterName)
        .AddView("streamenricher.end_to_end", new ExplicitBucketHistogramConfiguration { Boundaries = Seconds })
        .AddView("streamenricher.batch.events", new ExplicitBucketHistogramConfiguration { Boundaries = Events });

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
