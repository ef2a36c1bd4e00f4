using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.IntegrationTests.Dashboard;

/// <summary>A whole pipeline at work for the dashboard to show: one sink that delivers, one that is held, one that writes files, one that is off.</summary>
internal sealed class DashboardPipeline : IAsyncDisposable
{
    /// <summary>The siem sink refuses documents with this in them, until <see cref="TakeAll"/>.</summary>
    public const string Unwanted = "the siem does not want this";

    private const string Secret = "a secret of at least thirty-two bytes, for tests";
    private readonly DirectoryInfo _folder;
    private readonly EmbeddedBroker _broker;
    private readonly PipelineHost _host;
    private readonly TopicFeeder _feeder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<EngineResult> _run;
    private ApiServer _server;

    private DashboardPipeline(DirectoryInfo folder, EmbeddedBroker broker, ScriptedServer siem, ScriptedServer splunk, PipelineHost host, ApiServer server)
    {
        (_folder, _broker, Siem, Splunk, _host, _server) = (folder, broker, siem, splunk, host, server);
        _feeder = new TopicFeeder(broker.Connection);
        _run = host.RunAsync(_stop.Token, CancellationToken.None);
    }

    public ScriptedServer Siem { get; }

    /// <summary>Answers 401 until its <c>Authorization</c> is taken away.</summary>
    public ScriptedServer Splunk { get; }

    public Uri Url => new(_server.Addresses.Single());

    /// <param name="api">Keys below <c>api</c> beside listen.</param>
    public static async Task<DashboardPipeline> StartAsync(string api = $"jwt: {{ secret: \"{Secret}\" }}")
    {
        var folder = Directory.CreateTempSubdirectory("dashboard-");
        var broker = EmbeddedBroker.Start();
        broker.CreateTopics("traffic_monitor", "suricata", "windows", "cloudtrail");
        var (siem, splunk) = (await ScriptedServer.StartAsync(), await ScriptedServer.StartAsync());
        siem.Bulk.Judge = static (_, document) => document.Contains(Unwanted, StringComparison.Ordinal)
            ? new BulkItemReply(400, "document_parsing_exception", "[1:2] failed to parse field [destination.port] of type [long]") : null;
        splunk.Authorization = "Splunk another";
        var read = PipelineFile.Parse(
            $$"""
            pipeline: detections
            kafka: { bootstrap_servers: "{{broker.BootstrapServers}}", group_id: detections, properties: { session.timeout.ms: 6000 } }
            sources:
              services: { topics: [traffic_monitor], format: detection }
              ids: { topics: [suricata], format: suricata_eve }
              windows: { topics: [windows], format: windows }
              cloud: { topics: [cloudtrail], format: cloudtrail }
            sinks:
              siem: { elasticsearch: { url: "{{siem.Url}}", data_stream: logs-streamenricher.detections-default } }
              splunk: { splunk_hec: { url: "{{splunk.Url}}", token: wrong, index: cybersecurity } }
              archive: { file: { directory: "{{folder.FullName}}/archive", format: ecs } }
              second_site: { splunk_hec: { url: "", token: none } }
            dead_letters: { directory: { path: "{{folder.FullName}}/dead-letters" } }
            api: { listen: "127.0.0.1:0", {{api}} }
            """,
            "p.yaml",
            [],
            static _ => null,
            Inventory.BesideExecutable());
        var host = await PipelineHost.CreateAsync(
            read.Options ?? throw new InvalidOperationException(string.Join('\n', read.Problems)), exitAtEnd: false, TimeProvider.System, NullLoggerFactory.Instance);
        return new DashboardPipeline(folder, broker, siem, splunk, host, await ApiServer.StartAsync(host.Api!, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public static string Token(string role, TimeSpan? lifetime = null) =>
        TokenIssuer.OfSecret(Secret, TimeProvider.System).Issue("alice", [role], lifetime ?? TimeSpan.FromHours(1));

    /// <summary>Writes a detection event.</summary>
    public void Detect(string description, params string[] techniques) => Write("traffic_monitor", JsonSerializer.Serialize(new
    {
        timestamp = TimeProvider.System.GetUtcNow(),
        source = "203.0.113.46",
        destination = "10.20.2.103",
        event_type = "threat",
        severity = "high",
        description,
        technique_ids = techniques,
        source_service = "traffic_monitor",
    }));

    /// <summary>Writes a record, and waits until the broker has it.</summary>
    public void Write(string topic, string value)
    {
        Feed(topic, value);
        _feeder.Flush();
    }

    /// <summary>Writes a record.</summary>
    public void Feed(string topic, string value) => _feeder.Write(topic, Encoding.UTF8.GetBytes(value));

    /// <summary>From now on the siem takes every document.</summary>
    public void TakeAll() => Siem.Bulk.Judge = static (_, _) => null;

    /// <summary>The listener goes away and comes back at the same address; the pipeline goes on.</summary>
    public async Task<Func<Task>> StopListeningAsync()
    {
        var address = Url.Authority;
        await _server.DisposeAsync();
        return async () => _server = await ApiServer.StartAsync(
            _host.Api! with { Api = _host.Api!.Api with { Listen = address } }, NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        await _server.DisposeAsync();
        await _host.DisposeAsync();
        _feeder.Dispose();
        await _broker.DisposeAsync();
        await Siem.DisposeAsync();
        await Splunk.DisposeAsync();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }
}
