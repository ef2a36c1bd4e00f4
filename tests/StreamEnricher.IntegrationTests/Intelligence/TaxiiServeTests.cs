using System.Text.Json.Nodes;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Intelligence;

/// <summary>A running pipeline from events to its own TAXII server, read by OASIS's client: all pages, all filters, the same objects, also after a restart.</summary>
public sealed class TaxiiServeTests : IAsyncLifetime
{
    private const string Password = "twelve chars or more";
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serve-");

    public async ValueTask InitializeAsync()
    {
        _broker.CreateTopics("detections", "stix-objects");
        await new Topics(_broker.BootstrapServers).WriteAsync("detections", 0, Enumerable.Range(0, 300).Select(static i =>
            $$"""{"source":"203.0.{{i / 250}}.{{(i % 250) + 1}}","event_type":"threat","severity":"high","timestamp":"2026-03-01T00:00:00Z","technique_ids":["T1046"],"n":{{i}}}"""));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_the_pipeline_emits_is_what_a_client_pulls()
    {
        await using (var first = await ServerAsync(run: true))
        {
            var topic = Objects();
            Assert.True(topic.Count > 900);

            StixTool.AssertSame(topic, await first.PullAsync("--page", "70"));
            StixTool.AssertSame(topic, await first.PullAsync("--page", "5000", "--versions", "all"));
            StixTool.AssertSame(topic.Where(static one => (string?)one["type"] is "indicator" or "sighting"), await first.PullAsync("--type", "indicator,sighting"));
            StixTool.AssertSame(topic.Take(3), await first.PullAsync("--id", string.Join(',', topic.Take(3).Select(static one => (string?)one["id"]))));
            StixTool.AssertSame(topic.Where(static one => (string?)one["type"] == "indicator"), await first.PullOfAsync("indicators"));
            Assert.Empty(await first.PullAsync("--added-after", "2099-01-01T00:00:00.000Z"));
        }

        await using var second = await ServerAsync(run: false);
        StixTool.AssertSame(Objects(), await second.PullAsync("--page", "100"));
    }

    /// <summary>The distinct objects of the topic.</summary>
    private List<JsonNode> Objects()
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = _broker.BootstrapServers, GroupId = "test", EnablePartitionEof = true }).Build();
        consumer.Assign(Enumerable.Range(0, EmbeddedBroker.PartitionsPerTopic).Select(static partition => new TopicPartitionOffset("stix-objects", partition, Offset.Beginning)));
        var objects = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        for (var ends = 0; ends < EmbeddedBroker.PartitionsPerTopic;)
        {
            var record = consumer.Consume(TestContext.Current.CancellationToken);
            ends += record.IsPartitionEOF ? 1 : 0;
            if (!record.IsPartitionEOF)
            {
                var one = JsonNode.Parse(record.Message.Value)!;
                objects[$"{one["id"]} {one["modified"]}"] = one;
            }
        }

        return [.. objects.Values];
    }

    private async Task<Server> ServerAsync(bool run)
    {
        var read = PipelineFile.Parse(
            $$"""
            pipeline: serve
            kafka: { bootstrap_servers: "{{_broker.BootstrapServers}}", group_id: serve, properties: { session.timeout.ms: 6000 } }
            sources: { services: { topics: [detections], format: detection } }
            sinks: { intel: { stix: { to: { kafka: { topic: stix-objects } } } } }
            dead_letters: { directory: { path: "{{_folder.FullName}}/dead-letters" } }
            api: { listen: "127.0.0.1:0", taxii: { username: reader, password: {{Password}} } }
            """,
            "p.yaml",
            [],
            static _ => null,
            Inventory.BesideExecutable());
        var host = await PipelineHost.CreateAsync(read.Options!, exitAtEnd: run, TimeProvider.System, NullLoggerFactory.Instance);
        var api = await ApiServer.StartAsync(host.Api!, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        var stop = new CancellationTokenSource();
        var engine = host.RunAsync(stop.Token, CancellationToken.None);
        if (run)
        {
            await engine;
        }

        var store = host.Api!.Taxii!.Store;
        await SourceProbe.UntilAsync(() => store.IsCaughtUp && store.Count >= Objects().Count, "the objects are served", TestContext.Current.CancellationToken);
        return new Server(host, api, engine, stop);
    }

    private sealed class Server(PipelineHost host, ApiServer api, Task<EngineResult> engine, CancellationTokenSource stop) : IAsyncDisposable
    {
        public Task<IReadOnlyList<JsonNode>> PullAsync(params IReadOnlyList<string> arguments) => PullOfAsync("all", arguments);

        /// <summary>What a collection holds; the client takes no alias in place of the id.</summary>
        public Task<IReadOnlyList<JsonNode>> PullOfAsync(string alias, params IReadOnlyList<string> arguments)
        {
            var id = host.Api!.Taxii!.Collections.Single(collection => collection.Alias == alias).Id;
            return StixTool.PullAsync(["--api-root", $"{api.Addresses.Single()}/taxii2/root/", "--user", "reader", "--password", Password, "--collection", id, .. arguments]);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await engine;
            await api.DisposeAsync();
            await host.DisposeAsync();
            stop.Dispose();
        }
    }
}
