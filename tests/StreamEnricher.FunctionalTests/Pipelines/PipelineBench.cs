using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using StreamEnricher.Kafka;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary>A pipeline file, a broker in this process, one scripted server for Elasticsearch and Splunk, and folders for files.</summary>
internal sealed class PipelineBench : IAsyncDisposable
{
    public const string Topic = "traffic_monitor";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-");
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    private PipelineBench(ScriptedServer server)
    {
        Server = server;
        _broker.CreateTopics(Topic, "dead");
    }

    public ScriptedServer Server { get; }

    /// <summary>Where dead letters go.</summary>
    public string DeadLetters { get; set; } = "directory: { path: ./dead-letters }";

    /// <summary>Keys of the Splunk sink beside its address.</summary>
    public string SplunkKeys { get; set; } = "";

    /// <summary>The listener.</summary>
    public string Api { get; set; } = "off";

    public KafkaConnection Connection => _broker.Connection;

    /// <summary>Envelopes that Splunk has.</summary>
    public IReadOnlyList<JsonNode> Events => [.. Server.Hec.Events.Select(static line => JsonNode.Parse(line)!)];

    public static async Task<PipelineBench> StartAsync() => new(await ScriptedServer.StartAsync());

    /// <summary>A good event with a number in it.</summary>
    public static string Event(int number, string technique = "T1046") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"source":"198.51.100.7","destination":"10.0.0.1","event_type":"threat","severity":"high","description":"Port scan","related_indicators":[],"technique_ids":["{{technique}}"],"confidence_score":0.8,"n":{{number}}}""");

    public void Feed(params IReadOnlyList<string> events) => Feed([.. events.Select(Encoding.UTF8.GetBytes)]);

    public void Feed(IReadOnlyList<byte[]?> values)
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers, MessageMaxBytes = 64 << 20 }).Build();
        foreach (var value in values)
        {
            producer.Produce(Topic, new Message<byte[], byte[]?> { Key = "key"u8.ToArray(), Value = value, Headers = new Headers { { "trace", "t1"u8.ToArray() } } });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }

    /// <summary>Runs to the end of the topics.</summary>
    public async Task RunAsync()
    {
        var (exit, _, error) = await CommandLine.RunAsync("run", File(), "--exit-at-end");
        Assert.True(exit == 0, error);
    }

    /// <summary>Runs a command on the pipeline; returns what it printed.</summary>
    public async Task<string> CommandAsync(string verb, params IReadOnlyList<string> arguments)
    {
        var (exit, output, error) = await CommandLine.RunAsync(["dlq", verb, File(), .. arguments]);
        Assert.True(exit == 0, error);
        return output;
    }

    /// <summary>Lines of all files of a folder.</summary>
    public List<JsonNode> Lines(string folder) => Directory.Exists(Path.Combine(_folder.FullName, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(_folder.FullName, folder)).Order(StringComparer.Ordinal).SelectMany(static file => System.IO.File.ReadLines(file)).Select(static line => JsonNode.Parse(line)!)]
        : [];

    public string File()
    {
        var file = Path.Combine(_folder.FullName, "pipeline.yaml");
        System.IO.File.WriteAllText(file, $$"""
            pipeline: test
            kafka: { bootstrap_servers: "{{_broker.BootstrapServers}}", group_id: test, properties: { session.timeout.ms: 6000, fetch.message.max.bytes: 67108864 } }
            sources:
              services: { topics: [{{Topic}}], format: detection }
            sinks:
              siem:    { elasticsearch: { url: "{{Server.Url}}", data_stream: logs-test.events-default } }
              splunk:  { splunk_hec: { url: "{{Server.Url}}", token: t, compression: none }{{SplunkKeys}} }
              archive: { file: { directory: ./archive, format: event } }
            dead_letters: { {{DeadLetters}} }
            api: {{Api}}
            """);
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
