using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>The API of a pipeline that does not run: real listener, real keys, real enrichment, a scripted engine state.</summary>
internal sealed class ApiRig : IAsyncDisposable
{
    /// <summary>The HS256 secret of <see cref="WithSecret"/>.</summary>
    public const string Secret = "a secret of at least thirty-two bytes, for tests";

    /// <summary><c>jwt</c> with <see cref="Secret"/>.</summary>
    public const string WithSecret = $"jwt: {{ secret: \"{Secret}\" }}";

    private readonly ApiParts _parts;

    private ApiRig(CurrentPipeline current, ApiParts parts, PipelineMetrics metrics, ApiServer server)
    {
        (Pipeline, _parts, Metrics, Server) = (current, parts, metrics, server);
        Client = new HttpClient { BaseAddress = new Uri(server.Addresses.Single()) };
    }

    /// <summary>The pipeline.</summary>
    public CurrentPipeline Pipeline { get; }

    public ApiServer Server { get; }

    public HttpClient Client { get; }

    public PipelineMetrics Metrics { get; }

    public ApiParts Parts => _parts;

    /// <summary>What the engine says.</summary>
    public EngineStatus Status { get; set; } = new(EngineState.Running, [], []);

    /// <summary>What was done to sinks, such as <c>pause siem</c>.</summary>
    public List<string> Done { get; } = [];

    /// <summary>What a rewind fails with.</summary>
    public Exception? RewindFails { get; set; }

    /// <summary>How far partitions are.</summary>
    public IReadOnlyList<PartitionProgress> Progress { get; set; } = [];

    /// <param name="api">Keys below <c>api</c>, flow style.</param>
    /// <param name="sinks">The sinks, flow style.</param>
    /// <param name="listen">Where to.</param>
    public static async Task<ApiRig> StartAsync(string api = WithSecret, string sinks = "{ siem: { elasticsearch: { url: \"http://localhost:9\" } } }", string listen = "127.0.0.1:0", string kafka = "localhost:9092", string deadLetters = "/nowhere")
    {
        var options = Options(api, sinks, listen, kafka, deadLetters);
        var metrics = new PipelineMetrics();
        var plan = EnrichmentPlan.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
        var current = new CurrentPipeline(new PipelineVersion(options, plan));
        ApiRig? rig = null;
        var parts = new ApiParts(current, new MemoryBudget(options.Limits.Memory), metrics, () => rig!.Status, Control(() => rig!), TimeProvider.System, NullLoggerFactory.Instance);
        var server = await ApiServer.StartAsync(parts.Backend, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        rig = new ApiRig(current, parts, metrics, server);
        parts.Start();
        return rig;
    }

    private static SinkControl Control(Func<ApiRig> rig) => new()
    {
        Pause = name => rig().Done.Add($"pause {name}"),
        Resume = name => rig().Done.Add($"resume {name}"),
        RewindAsync = (name, target, _) =>
        {
            rig().Done.Add($"rewind {name} {target.Offset} {target.Time:O}");
            return rig().RewindFails is { } failure ? Task.FromException(failure) : Task.CompletedTask;
        },
        Progress = () => rig().Progress,
    };

    public static PipelineOptions Options(string api, string sinks, string listen, string kafka, string deadLetters)
    {
        var read = PipelineFile.Parse(
            $$"""
            pipeline: test
            kafka: { bootstrap_servers: "{{kafka}}" }
            sources: { services: { topics: [traffic_monitor], format: detection } }
            sinks: {{sinks}}
            dead_letters: { directory: { path: "{{deadLetters}}" } }
            api: { listen: "{{listen}}", {{api}} }
            """,
            "p.yaml",
            [],
            static _ => null,
            Inventory.BesideExecutable());
        Assert.Empty(read.Problems.Where(static problem => !problem.IsWarning).Select(static problem => problem.ToString()));
        return read.Options!;
    }

    /// <summary>A token of <see cref="Secret"/>.</summary>
    public static string Token(string role, string subject = "tester", TimeSpan? lifetime = null) =>
        TokenIssuer.OfSecret(Secret, TimeProvider.System).Issue(subject, [role], lifetime ?? TimeSpan.FromMinutes(5));

    public Task<ApiAnswer> GetAsync(string path, string? token) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), token);

    public Task<ApiAnswer> PostAsync(string path, string body, string? token, string type = "application/json") => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } }, token);

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request, string? token)
    {
        using (request)
        {
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
            return new ApiAnswer(
                response.StatusCode,
                await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                response.Content.Headers.ContentType?.MediaType,
                string.Join(", ", response.Headers.WwwAuthenticate));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        await _parts.DisposeAsync();
        await Pipeline.DisposeAsync();
        Metrics.Dispose();
    }
}
