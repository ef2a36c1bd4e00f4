using System.Text.Json.Nodes;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary>Dead letters from refusal to replay, in a folder and in a topic.</summary>
public sealed class DeadLetterTests
{
    public static TheoryData<string> Stores => ["directory: { path: ./dead-letters }", "kafka: { topic: dead }"];

    [Theory]
    [Trait("Complaint", "vectordotdev/vector#1772")]
    [MemberData(nameof(Stores))]
    public async Task A_replayed_dead_letter_goes_to_the_sink_that_refused_it_and_keeps_its_identity(string store)
    {
        await using var bench = await StartAsync(store);
        bench.Feed(PipelineBench.Event(1), PipelineBench.Event(2), PipelineBench.Event(3));
        await bench.RunAsync();
        var letter = Assert.Single(await ListAsync(bench));
        Assert.Equal(("splunk", "hec_rejected"), ((string?)letter["sink"], (string?)letter["reason"]));
        var archived = bench.Lines("archive").Single(static line => line.ToJsonString().Contains("\"n\":2", StringComparison.Ordinal));

        bench.Server.Hec.Judge = static _ => null;
        Assert.Equal("""{"done":1,"skipped":0,"dry_run":false}""", (await bench.CommandAsync("replay", "--output", "json")).Trim());
        await bench.RunAsync();

        var replayed = Assert.Single(bench.Events, static one => one.ToJsonString().Contains("\"n\":2", StringComparison.Ordinal));
        Assert.Equal((string?)letter["event_id"], (string?)replayed["fields"]!["event_id"]);
        Assert.Equal((string?)archived["event_id"], (string?)replayed["fields"]!["event_id"]);
        Assert.Equal((long?)letter["offset"], (long?)replayed["fields"]!["kafka_offset"]);
        Assert.Equal((int?)letter["partition"], (int?)replayed["fields"]!["kafka_partition"]);
        Assert.Equal(archived["timestamp"]!.ToJsonString(), replayed["event"]!["timestamp"]!.ToJsonString());
        Assert.Equal((3, 3), (bench.Lines("archive").Count, bench.Server.Bulk.Documents.Count));
    }

    [Fact]
    public async Task A_record_that_is_refused_again_is_the_same_dead_letter_again()
    {
        await using var bench = await StartAsync("kafka: { topic: dead }");
        bench.Feed(PipelineBench.Event(2));
        await bench.RunAsync();
        await bench.CommandAsync("replay");
        await bench.RunAsync();

        var letters = await ListAsync(bench);

        Assert.Equal(2, letters.Count);
        Assert.Equal(Identity(letters[0]), Identity(letters[1]));
        Assert.Single(bench.Server.Bulk.Documents);
    }

    [Fact]
    public async Task A_replay_to_all_sinks_is_a_duplicate_where_the_event_is_known()
    {
        await using var bench = await StartAsync("directory: { path: ./dead-letters }");
        bench.Feed(PipelineBench.Event(2));
        await bench.RunAsync();
        bench.Server.Hec.Judge = static _ => null;
        await bench.CommandAsync("replay", "--to", "all");
        await bench.RunAsync();
        Assert.Single(bench.Server.Bulk.Documents);
        Assert.Single(bench.Events);
        Assert.Equal(2, bench.Lines("archive").Count);
        Assert.Single(bench.Lines("archive").Select(static line => line.ToJsonString()).Distinct());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Filters_choose_by_sink_reason_topic_time_and_technique(string store)
    {
        await using var bench = await StartAsync(store);
        bench.Feed(PipelineBench.Event(2, "T1059.001"), PipelineBench.Event(20, "T1046"), "{\"cut\":");
        await bench.RunAsync();

        Assert.Equal(3, (await ListAsync(bench)).Count);
        Assert.Equal(2, (await ListAsync(bench, "--sink", "splunk")).Count);
        Assert.Single(await ListAsync(bench, "--sink", "*", "--topic", PipelineBench.Topic));
        Assert.Single(await ListAsync(bench, "--reason", "malformed_json"));
        Assert.Empty(await ListAsync(bench, "--topic", "another"));
        Assert.Single(await ListAsync(bench, "--technique", "T1059"));
        Assert.Equal(2, (await ListAsync(bench, "--technique", "T1059.001", "--technique", "t1046")).Count);
        Assert.Equal(3, (await ListAsync(bench, "--until", "2100-01-01T00:00:00Z")).Count);
        Assert.Empty(await ListAsync(bench, "--until", "1d"));
    }

    [Fact]
    public async Task Show_prints_everything_of_a_record_by_its_position_or_its_id()
    {
        await using var bench = await StartAsync("kafka: { topic: dead }");
        bench.Feed("{\"cut\":");
        await bench.RunAsync();
        var listed = Assert.Single(await ListAsync(bench));

        var text = await bench.CommandAsync("show", $"{listed["topic"]}/{listed["partition"]}/{listed["offset"]}");
        var json = JsonNode.Parse(await bench.CommandAsync("show", (string)listed["event_id"]!, "--output", "json"))!;

        Assert.Contains("reason    malformed_json", text, StringComparison.Ordinal);
        Assert.Contains("header    trace: t1", text, StringComparison.Ordinal);
        Assert.Contains("key       key", text, StringComparison.Ordinal);
        Assert.Contains("value     {\"cut\":", text, StringComparison.Ordinal);
        Assert.Equal(Convert.ToBase64String("{\"cut\":"u8), (string?)json["value_base64"]);
        Assert.Equal("t1", (string?)json["headers"]!["trace"]);
        Assert.Equal(1, (await CommandLine.RunAsync("dlq", "show", bench.File(), "nothing/0/0")).Exit);
    }

    [Fact]
    public async Task A_dry_run_lists_and_changes_nothing()
    {
        await using var bench = await StartAsync("directory: { path: ./dead-letters }");
        bench.Feed(PipelineBench.Event(2), "{\"cut\":");
        await bench.RunAsync();

        Assert.EndsWith("2 would be replayed", (await bench.CommandAsync("replay", "--dry-run")).Trim(), StringComparison.Ordinal);
        Assert.EndsWith("1 would be deleted", (await bench.CommandAsync("purge", "--reason", "malformed_json", "--dry-run")).Trim(), StringComparison.Ordinal);
        await bench.RunAsync();

        Assert.Equal(2, (await ListAsync(bench)).Count);
    }

    [Fact]
    public async Task Purge_deletes_what_was_chosen_and_nothing_else()
    {
        await using var bench = await StartAsync("directory: { path: ./dead-letters }");
        bench.Feed(PipelineBench.Event(2), "{\"cut\":", "[]");
        await bench.RunAsync();

        Assert.Equal("1 deleted", (await bench.CommandAsync("purge", "--reason", "malformed_json")).Trim());
        Assert.Equal(["hec_rejected", "not_an_object"], (await ListAsync(bench)).Select(static letter => (string)letter["reason"]!).Order(StringComparer.Ordinal));
        Assert.Equal("2 deleted", (await bench.CommandAsync("purge", "--all")).Trim());
        Assert.Empty(await ListAsync(bench));
    }

    [Theory]
    [InlineData("replay", "--to", "sime", "the pipeline has no sink sime (did you mean siem?)")]
    [InlineData("replay", "--rate", "quick", "--rate must be a rate")]
    [InlineData("list", "--since", "yesterday", "yesterday is no time")]
    [InlineData("purge", "--output", "json", "say which to delete")]
    [InlineData("purge", "--sink", "siem", "only from the beginning")]
    public async Task A_wrong_use_is_refused_with_the_way_out(string verb, string option, string value, string expected)
    {
        await using var bench = await StartAsync("kafka: { topic: dead }");
        var (exit, _, error) = await CommandLine.RunAsync("dlq", verb, bench.File(), option, value);
        Assert.Equal(2, exit);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named()
    {
        await using var bench = await StartAsync("kafka: { topic: dead }");
        var (exit, _, error) = await CommandLine.RunAsync("dlq", "list", bench.File(), "--set", "dead_letters.kafka.topic=missing");
        Assert.True(exit == 1 || error.Contains("0 dead letters", StringComparison.Ordinal), error);
    }

    private static async Task<PipelineBench> StartAsync(string store)
    {
        var bench = await PipelineBench.StartAsync();
        bench.DeadLetters = store;
        bench.Server.Hec.Judge = static envelope => envelope.Contains("\"n\":2", StringComparison.Ordinal) ? new HecEventReply(400, 6, "words of Splunk") : null;
        return bench;
    }

    private static async Task<List<JsonNode>> ListAsync(PipelineBench bench, params IReadOnlyList<string> filters) =>
        [.. (await bench.CommandAsync("list", [.. filters, "--output", "json"])).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static line => JsonNode.Parse(line)!)];

    private static string Identity(JsonNode letter) => $"{letter["event_id"]} {letter["topic"]}/{letter["partition"]}/{letter["offset"]}";
}
