using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Commands;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Demo;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary>The command run from end to end: a broker in this process, receivers that check what they get, files.</summary>
public sealed class RunTests : IAsyncLifetime
{
    private const string Event =
        """{"timestamp":"2026-03-01T00:00:00Z","source":"198.51.100.7","destination":"10.0.0.1","event_type":"threat","severity":"high","description":"Port scan","related_indicators":[],"technique_ids":["T1046"],"confidence_score":0.8,"n":#}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("run-");
    private EmbeddedBroker _broker = null!;
    private DemoReceivers _receivers = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = EmbeddedBroker.Start();
        _receivers = await DemoReceivers.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _receivers.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Good_events_reach_every_sink_and_poison_becomes_dead_letters_with_a_reason()
    {
        string[] poison = ["", "{\"cut\":", "[1,2]", "\"text\""];
        Feed([.. Enumerable.Range(0, 200).Select(Numbered), .. poison]);

        var result = await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end");

        Assert.True(result.Exit == 0, result.Error);
        Assert.Equal(200, _receivers.Bulk.Documents);
        Assert.Equal(200, _receivers.Hec.Events);
        Assert.Empty(_receivers.Bulk.Faults);
        Assert.Empty(_receivers.Hec.Faults);
        var letters = Lines("dead-letters").Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            [DeadLetterReason.EmptyValue, DeadLetterReason.MalformedJson, DeadLetterReason.NotAnObject, DeadLetterReason.NotAnObject],
            letters.Select(letter => (string)letter["dead_letter.reason"]!).Order(StringComparer.Ordinal));
        Assert.Equal(poison.Order(StringComparer.Ordinal), letters.Select(letter => Encoding.UTF8.GetString(Convert.FromBase64String((string)letter["value_base64"]!))).Order(StringComparer.Ordinal));
        Assert.All(letters, letter => Assert.Equal("*", (string?)letter["dead_letter.sink"]));
    }

    [Fact]
    [Trait("Complaint", "splunk/kafka-connect-splunk#263")]
    public async Task A_second_run_goes_on_where_the_first_one_stopped()
    {
        Feed([.. Enumerable.Range(0, 50).Select(Numbered)]);
        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end")).Exit);
        Feed([.. Enumerable.Range(50, 30).Select(Numbered)]);
        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end")).Exit);

        Assert.Equal(80, _receivers.Bulk.Documents);
        Assert.Empty(_receivers.Bulk.Faults);
        Assert.Equal(80, Lines("archive").Count);
    }

    [Fact]
    public async Task A_sink_that_is_rewound_gets_everything_again_and_no_other_does()
    {
        Feed([.. Enumerable.Range(0, 50).Select(Numbered)]);
        var ends = (await CommandLine.RunAsync("sink", "list", Pipeline(), "archive", "--output", "json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonNode.Parse(line)!)
            .Select(static place => new TopicPartitionOffset((string)place["topic"]!, (int)place["partition"]!, (long)place["high"]!)).ToList();
        foreach (var name in new[] { "test", "test.siem", "test.splunk", "test.archive" })
        {
            using var group = GroupClient.Of(_broker.Connection, name, TimeProvider.System, NullLogger.Instance);
            await group.CommitAsync(ends);
        }

        var rewound = await CommandLine.RunAsync("sink", "rewind", Pipeline(), "archive", "--output", "json");
        Assert.True(rewound.Exit == 0, rewound.Error);
        Assert.Equal(50, rewound.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(line => (long)JsonNode.Parse(line)!["lag"]!));
        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end")).Exit);

        Assert.Equal(50, Lines("archive").Count);
        Assert.Equal((0, 0), (_receivers.Bulk.Documents, _receivers.Hec.Events));
        var listed = await CommandLine.RunAsync("sink", "list", Pipeline());
        Assert.Equal(3 * EmbeddedBroker.PartitionsPerTopic, listed.Output.Split('\n').Count(static line => line.TrimEnd().EndsWith(" 0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sink_is_not_rewound_while_the_group_has_members()
    {
        // The embedded broker refuses commits to a group that ever had members; a real one as long as it has.
        Feed([.. Enumerable.Range(0, 10).Select(Numbered)]);
        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end")).Exit);

        var result = await CommandLine.RunAsync("sink", "rewind", Pipeline(), "archive");

        Assert.Equal(1, result.Exit);
        Assert.Contains("A process runs this pipeline: group test has members", result.Error, StringComparison.Ordinal);
        var places = await CommandLine.RunAsync("sink", "list", Pipeline(), "archive");
        Assert.Equal(EmbeddedBroker.PartitionsPerTopic, places.Output.Split('\n').Count(static line => line.TrimEnd().EndsWith(" 0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_new_sink_is_filled_from_the_earliest_record_and_the_others_get_nothing_twice()
    {
        Feed([.. Enumerable.Range(0, 50).Select(Numbered)]);
        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline(), "--exit-at-end", "--set", "sinks.archive.file.directory=")).Exit);

        Assert.Equal(0, (await CommandLine.RunAsync("run", Pipeline("start: earliest"), "--exit-at-end")).Exit);

        Assert.Equal(50, Lines("archive").Count);
        Assert.Equal(50, _receivers.Bulk.Documents);
        Assert.Equal(50, _receivers.Hec.Events);
    }

    [Theory]
    [InlineData("--to must be known", "archive", "--to", "yesterday-ish")]
    [InlineData("an unknown sink", "splink")]
    public async Task A_rewind_that_is_not_understood_changes_nothing(string why, params string[] arguments)
    {
        _broker.CreateTopics("traffic_monitor");

        var result = await CommandLine.RunAsync(["sink", "rewind", Pipeline(), .. arguments]);

        Assert.True(result.Exit == 2, why + result.Error);
        Assert.Contains(arguments[^1], result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condition_lets_only_some_events_to_a_sink_and_all_sinks_reach_the_end()
    {
        Feed([.. Enumerable.Range(0, 20).Select(Numbered), .. Enumerable.Range(20, 20).Select(n => Numbered(n).Replace("\"high\"", "\"low\"", StringComparison.Ordinal))]);

        var result = await CommandLine.RunAsync("run", Pipeline("when: { event.severity|gte: 50 }"), "--exit-at-end");

        Assert.True(result.Exit == 0, result.Error);
        Assert.Equal(40, _receivers.Bulk.Documents);
        Assert.Equal(20, Lines("archive").Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pipeline_is_ready_once_it_has_partitions_and_drains_when_it_is_told_to_stop()
    {
        Feed([.. Enumerable.Range(0, 10).Select(Numbered)]);
        var options = PipelineFile.Load(Pipeline(), [], static _ => null, Inventory.BesideExecutable()).Options!;
        await using var host = await PipelineHost.CreateAsync(options, exitAtEnd: false, TimeProvider.System, NullLoggerFactory.Instance);
        await using var server = await ApiServer.StartAsync(host.Api!, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(server.Addresses.Single()) };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(client));

        using var stop = new CancellationTokenSource();
        var run = host.RunAsync(stop.Token, CancellationToken.None);
        while (await ReadyAsync(client) != HttpStatusCode.OK || _receivers.Bulk.Documents < 10)
        {
            Assert.False(run.IsCompleted);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal(EngineResult.Drained, await run);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(client));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stop_while_it_still_starts_drains_too()
    {
        Feed(Numbered(0));
        var file = Pipeline();
        PipelineFileResult Read() => PipelineFile.Load(file, [], static _ => null, Inventory.BesideExecutable());
        using var signal = new ReloadSignal();
        var source = new PipelineSource(Read(), Read, new WatchedFiles(file), signal);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        using var signals = new StopSignals(stopped.Token);

        Assert.Equal(0, await RunCommand.RunAsync(source, exitAtEnd: false, NullLoggerFactory.Instance, signals).WaitAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<HttpStatusCode> ReadyAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static string Numbered(int number) => Event.Replace("#", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private void Feed(params string[] events)
    {
        _broker.CreateTopics("traffic_monitor");
        using var feeder = new TopicFeeder(_broker.Connection);
        foreach (var one in events)
        {
            feeder.Write("traffic_monitor", Encoding.UTF8.GetBytes(one));
        }

        feeder.Flush();
    }

    private List<string> Lines(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder.FullName, folder)).Order(StringComparer.Ordinal).SelectMany(file => File.ReadLines(file))];

    private string Pipeline(string archiveKeys = "start: group")
    {
        var file = Path.Combine(_folder.FullName, "pipeline.yaml");
        File.WriteAllText(file, $$"""
            pipeline: test
            kafka: { bootstrap_servers: "{{_broker.BootstrapServers}}", group_id: test, properties: { session.timeout.ms: 6000 } }
            sources:
              services: { topics: [traffic_monitor], format: detection }
            sinks:
              siem:    { elasticsearch: { url: "{{_receivers.Url}}", data_stream: logs-test.events-default } }
              splunk:  { splunk_hec: { url: "{{_receivers.Url}}", token: t, compression: none } }
              archive: { file: { directory: "{{_folder.FullName}}/archive", format: ecs }, {{archiveKeys}} }
            dead_letters: { directory: { path: "{{_folder.FullName}}/dead-letters" } }
            api: { listen: "127.0.0.1:0" }
            """);
        return file;
    }
}
