using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Events that come in through the API of a running pipeline.</summary>
public sealed class PostedEventTests : IAsyncLifetime
{
    private const string Posted =
        """{"event":{"timestamp":"2026-03-01T00:00:00Z","source":"198.51.100.7","event_type":"threat","severity":"high","description":"Port scan","technique_ids":["T1046"],"n":#},"source_service":"traffic_monitor"}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("post-");
    private readonly CancellationTokenSource _stop = new();
    private EmbeddedBroker _broker = null!;
    private PipelineHost _host = null!;
    private ApiServer _server = null!;
    private HttpClient _client = null!;
    private Task<EngineResult> _run = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = EmbeddedBroker.Start();
        _broker.CreateTopics("traffic_monitor", "posted");
        var read = PipelineFile.Parse(
            $$"""
            pipeline: test
            kafka: { bootstrap_servers: "{{_broker.BootstrapServers}}", group_id: test, properties: { session.timeout.ms: 6000 } }
            sources: { services: { topics: [traffic_monitor], format: detection } }
            sinks:
              events:  { file: { directory: "{{_folder.FullName}}/events", format: event } }
              ecs: { file: { directory: "{{_folder.FullName}}/ecs", format: ecs } }
            dead_letters: { directory: { path: "{{_folder.FullName}}/dead-letters" } }
            api: { listen: "127.0.0.1:0", topic: posted, {{ApiRig.WithSecret}} }
            """,
            "p.yaml",
            [],
            static _ => null,
            Inventory.BesideExecutable());
        _host = await PipelineHost.CreateAsync(read.Options!, exitAtEnd: false, TimeProvider.System, NullLoggerFactory.Instance);
        _server = await ApiServer.StartAsync(_host.Api!, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        _client = new HttpClient { BaseAddress = new Uri(_server.Addresses.Single()) };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", ApiRig.Token(Roles.Analyst));
        _run = _host.RunAsync(_stop.Token, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_answer_is_byte_for_byte_what_the_sinks_get()
    {
        var single = await PostAsync(Numbered(0), "application/json");
        var lines = await PostAsync(string.Join('\n', Enumerable.Range(1, 20).Select(Numbered)), "application/x-ndjson");
        var answers = lines.Split('\n').Prepend(single).Select(static line => JsonNode.Parse(line)!).ToList();
        await WaitForAsync(21);
        await _stop.CancelAsync();
        Assert.Equal(EngineResult.Drained, await _run);

        Assert.All(answers, static answer => Assert.Equal("Event enriched and exported to SIEM", (string?)answer["message"]));
        Assert.Equal(
            answers.Select(static answer => answer["enriched_event"]!.ToJsonString()).Order(StringComparer.Ordinal),
            Lines("events").Select(static line => JsonNode.Parse(line)!.ToJsonString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            answers.Select(static answer => (string?)answer["enriched_event"]!["event_id"]).Order(StringComparer.Ordinal),
            Lines("ecs").Select(static line => (string?)JsonNode.Parse(line)!["event"]!["id"]).Order(StringComparer.Ordinal));
        Assert.All(answers, static answer => Assert.Equal("posted", (string?)answer["enriched_event"]!["metadata"]!["kafka"]!["topic"]));
    }

    [Fact]
    public async Task What_was_posted_last_is_the_first_of_the_recent_events()
    {
        for (var number = 0; number < 3; number++)
        {
            await PostAsync(Numbered(number), "application/json");
            await WaitForAsync(number + 1);
        }

        using var response = await _client.GetAsync(new Uri("/api/events/enriched?limit=2", UriKind.Relative), TestContext.Current.CancellationToken);
        var recent = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal((2, "memory"), ((int)recent["count"]!, (string?)recent["from"]));
        Assert.Equal([2, 1], recent["enriched_events"]!.AsArray().Select(static one => (int)one!["metadata"]!["original_event"]!["n"]!));
        await _stop.CancelAsync();
        await _run;
    }

    private static string Numbered(int number) => Posted.Replace("#", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private async Task<string> PostAsync(string body, string type)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);
        using var response = await _client.PostAsync(new Uri("/api/events/enrich", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    private async Task WaitForAsync(int events)
    {
        while (_host.Api!.Figures.Latest.Engine.Sinks.Any(sink => sink.Delivered < events))
        {
            Assert.False(_run.IsCompleted);
            Assert.DoesNotContain(_host.Api.Figures.Latest.DeadLetters, static letter => letter.Count > 0);
            await _host.Api.Figures.NextAsync(TestContext.Current.CancellationToken);
        }
    }

    private List<string> Lines(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder.FullName, folder)).SelectMany(static file => File.ReadLines(file))];
}
