using System.Text.Json.Nodes;
using StreamEnricher.Cli;
using StreamEnricher.Cli.Commands;
using StreamEnricher.Kafka;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Cli;

/// <summary>The whole program against the embedded broker.</summary>
public sealed class RunCommandTests : IAsyncLifetime
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly string _folder = Directory.CreateTempSubdirectory("run-command").FullName;

    public ValueTask InitializeAsync()
    {
        _broker.CreateTopics("detections", "common");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Exit_at_end_settles_every_event_in_every_sink_and_commits_it()
    {
        var topics = new Topics(_broker.BootstrapServers);
        await topics.WriteAsync("detections", 0, Enumerable.Range(0, 200).Select(number => $$"""{"number":{{number}}}""").Append("{broken"));

        var result = await RunAsync("run", Pipeline(), "--exit-at-end");

        Assert.Equal(0, result.Exit);
        var documents = Lines("out").Select(line => JsonNode.Parse(line)!["kafka"]!["offset"]!.GetValue<long>()).Order();
        Assert.Equal(Enumerable.Range(0, 200).Select(number => (long)number), documents);
        Assert.Equal(200, topics.Read("common", 200).Count);
        var letter = JsonNode.Parse(Assert.Single(Lines("dead")))!;
        Assert.Equal("malformed_json", letter["dead_letter.reason"]!.GetValue<string>());
        Assert.Equal(200, letter["dead_letter.offset"]!.GetValue<long>());
        foreach (var group in new[] { "test", "test.files", "test.events" })
        {
            Assert.Equal(201, (await topics.CommittedAsync(group, "detections", EmbeddedBroker.PartitionsPerTopic))[0]);
        }
    }

    [Fact]
    public async Task A_second_run_goes_on_where_the_first_ended()
    {
        var topics = new Topics(_broker.BootstrapServers);
        await topics.WriteAsync("detections", 0, "{\"run\":1}");
        Assert.Equal(0, (await RunAsync("run", Pipeline(), "--exit-at-end")).Exit);
        await topics.WriteAsync("detections", 0, "{\"run\":2}");

        Assert.Equal(0, (await RunAsync("run", Pipeline(), "--exit-at-end")).Exit);

        Assert.Equal([0, 1], Lines("out").Select(line => JsonNode.Parse(line)!["kafka"]!["offset"]!.GetValue<long>()).Order());
    }

    [Fact]
    public async Task A_configuration_that_is_wrong_ends_with_2_before_anything_is_read()
    {
        var result = await RunAsync("run", Pipeline(), "--set", "limits.memory=1MiB");

        Assert.Equal(2, result.Exit);
        Assert.StartsWith("--set limits.memory: limits.memory of 1MiB is below what this pipeline needs", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    private string Pipeline()
    {
        var path = Path.Combine(_folder, "pipeline.yaml");
        File.WriteAllText(path, $$"""
            pipeline: test
            kafka:
              bootstrap_servers: "{{_broker.BootstrapServers}}"
              properties: { session.timeout.ms: 1500, heartbeat.interval.ms: 200 }
            sources: { all: { topics: [detections] } }
            sinks:
              files: { file: { directory: out } }
              events: { kafka: { topic: common } }
            dead_letters: { directory: { path: dead } }
            api: { listen: "127.0.0.1:0" }
            """);
        return path;
    }

    private List<string> Lines(string folder) => [.. Directory.GetFiles(Path.Combine(_folder, folder), "*.ndjson").SelectMany(File.ReadAllLines)];

    private static async Task<(int Exit, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await Program.RunAsync(
            [.. arguments, "--log-level", "error"],
            new Terminal { OpenInput = () => Stream.Null, OpenOutput = () => Stream.Null, Out = output, Error = error, Environment = _ => null });
        return (exit, error.ToString());
    }
}
