using System.Globalization;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using StreamEnricher.Kafka;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary>A pipeline whose <c>stix</c> sink counts, run again and again to the end of its topic.</summary>
public sealed class StixAggregationTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aggregation-");
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public StixAggregationTests() => _broker.CreateTopics("events", "objects", "test.intel.state", "dead");

    [Theory]
    [InlineData("kafka: { topic: test.intel.state }")]
    [InlineData("file: { path: ./intel.state }")]
    public async Task A_window_that_three_runs_saw_is_one_sighting(string state)
    {
        var topics = new Topics(_broker.BootstrapServers);
        foreach (var minute in new[] { 10, 20, 30 })
        {
            await topics.WriteAsync("events", 0, Event(minute), Event(minute + 1));
            await RunAsync(state);
        }

        await topics.WriteAsync("events", 0, Event(90));
        await RunAsync(state);
        var objects = topics.Read("objects", 10).ConvertAll(static record => JsonNode.Parse(record.Message.Value!)!);

        Assert.Single(objects, static one => (string)one["type"]! == "indicator");
        var sighting = Assert.Single(objects, static one => (string)one["type"]! == "sighting");
        Assert.Equal(
            (6, "2026-03-01T10:10:00.000Z", "2026-03-01T10:31:00.000Z", "2026-03-01T11:00:00.000Z"),
            ((int)sighting["count"]!, (string)sighting["first_seen"]!, (string)sighting["last_seen"]!, (string)sighting["modified"]!));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Message<byte[], byte[]?> Event(int minute)
    {
        var time = new DateTime(2026, 3, 1, 10, 0, 0, DateTimeKind.Utc).AddMinutes(minute);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"timestamp":"{{time:yyyy-MM-ddTHH:mm:ssZ}}","source":"198.51.100.7","destination":"10.0.0.1","event_type":"threat","severity":"high","technique_ids":["T1046"],"confidence_score":0.8}""");
        return new Message<byte[], byte[]?> { Value = System.Text.Encoding.UTF8.GetBytes(text), Timestamp = new Timestamp(time) };
    }

    private async Task RunAsync(string state)
    {
        var file = Path.Combine(_folder.FullName, "pipeline.yaml");
        await File.WriteAllTextAsync(file, $$"""
            pipeline: test
            kafka: { bootstrap_servers: "{{_broker.BootstrapServers}}", group_id: test, properties: { session.timeout.ms: 6000 } }
            sources:
              services: { topics: [events], format: detection }
            sinks:
              intel: { stix: { mode: aggregate, to: { kafka: { topic: objects } }, state: { {{state}} } } }
            dead_letters: { directory: { path: ./dead-letters } }
            api: off
            """, TestContext.Current.CancellationToken);
        var (exit, _, error) = await CommandLine.RunAsync("run", file, "--exit-at-end");
        Assert.True(exit == 0, error);
    }
}
