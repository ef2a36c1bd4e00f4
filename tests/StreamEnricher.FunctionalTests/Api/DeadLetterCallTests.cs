using System.Globalization;
using System.Net;
using System.Text;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Kafka;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Dead letters through the API: a folder with three of them, and a broker that takes what is replayed.</summary>
public sealed class DeadLetterCallTests : IDisposable
{
    private static readonly string Admin = ApiRig.Token(Roles.Admin);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("letters-");

    public DeadLetterCallTests() => File.WriteAllLines(
        Path.Combine(_folder.FullName, "dead-letters-1.ndjson"),
        [
            Letter(0, "mapping_rejected", "siem", "traffic_monitor", "{\"a\":\"<script>\"}"),
            Letter(1, "malformed_json", "*", "traffic_monitor", "{"),
            Letter(2, "mapping_rejected", "siem", "elsewhere", "{}"),
        ]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task They_are_listed_newest_first_and_chosen_by_sink_reason_topic_and_time()
    {
        await using var rig = await StartAsync();

        Assert.Equal([2, 1, 0], await OffsetsAsync(rig, ""));
        Assert.Equal([2], await OffsetsAsync(rig, "?limit=1"));
        Assert.Equal([1], await OffsetsAsync(rig, "?sink=*"));
        Assert.Equal([2, 0], await OffsetsAsync(rig, "?reason=mapping_rejected&reason=too_large"));
        Assert.Equal([2], await OffsetsAsync(rig, "?topic=elsewhere"));
        Assert.Equal([1, 0], await OffsetsAsync(rig, "?until=2026-03-01T00:00:02Z"));
        Assert.Equal([2, 1], await OffsetsAsync(rig, "?since=2026-03-01T00:00:01Z"));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?since=yesterday")]
    public async Task A_wrong_choice_is_refused(string query)
    {
        await using var rig = await StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await rig.GetAsync("/api/dead-letters" + query, Admin)).Status);
    }

    [Fact]
    public async Task One_is_shown_whole_and_one_that_is_not_there_is_not_found()
    {
        await using var rig = await StartAsync();

        var shown = (await rig.GetAsync($"/api/dead-letters/{Id(0)}", Admin)).Json["dead_letters"]!.AsArray().Single()!;

        Assert.Equal("{\"a\":\"<script>\"}", Encoding.UTF8.GetString(Convert.FromBase64String((string)shown["value_base64"]!)));
        Assert.Equal("there is no dead letter of this event id", (await rig.GetAsync("/api/dead-letters/nothing", Admin)).ProblemOf(HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("", "the body is no replay request")]
    [InlineData("[]", "the body is no replay request")]
    [InlineData("{\"event_ids\":\"x\"}", "the body is no replay request")]
    [InlineData("{\"eventIds\":[\"x\"]}", "the body is no replay request")]
    [InlineData("{\"all\":true,\"all\":false}", "the body is no replay request")]
    [InlineData("{\"sinks\":null}", "a list must not be null")]
    [InlineData("{}", "say which to replay")]
    [InlineData("{\"all\":true,\"sinks\":[\"siem\"]}", "say which to replay")]
    [InlineData("{\"all\":true,\"to\":\"nowhere\"}", "to must be all, or one of the sinks siem")]
    [InlineData("{\"all\":true,\"rate\":\"fast\"}", "rate must be such as 500/s")]
    public async Task A_replay_that_is_not_understood_is_refused_with_the_reason(string body, string reason)
    {
        await using var rig = await StartAsync();

        Assert.StartsWith(reason, (await rig.PostAsync("/api/dead-letters/replay", body, Admin)).ProblemOf(HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused()
    {
        await using var rig = await StartAsync($"{ApiRig.WithSecret}, limits: {{ body: 16KiB }}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await rig.PostAsync("/api/dead-letters/replay", new string(' ', 20_000), Admin)).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await rig.PostAsync("/api/dead-letters/replay", "{}", Admin, "text/plain")).Status);
    }

    [Fact]
    public async Task A_dry_run_counts_and_says_what_cannot_be_replayed()
    {
        await using var rig = await StartAsync();

        var answer = await rig.PostAsync("/api/dead-letters/replay", """{"all":true,"dry_run":true}""", Admin);

        Assert.Equal("""{"done":2,"skipped":1,"dry_run":true,"obstacles":[{"reason":"the pipeline does not read the topic elsewhere","count":1}]}""", answer.Body);
    }

    [Fact]
    public async Task A_replay_writes_the_chosen_to_their_topic()
    {
        await using var broker = EmbeddedBroker.Start();
        broker.CreateTopics("traffic_monitor");
        await using var rig = await StartAsync(kafka: broker.BootstrapServers);

        var answer = await rig.PostAsync("/api/dead-letters/replay", $$"""{"event_ids":["{{Id(0)}}"],"sinks":["siem"]}""", Admin);

        Assert.Equal("""{"done":1,"skipped":0,"dry_run":false,"obstacles":[]}""", answer.Body);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_an_answer_with_the_reason()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "dead-letters-2.ndjson"), "no dead letter\n{}\n", TestContext.Current.CancellationToken);
        await using var rig = await StartAsync();

        Assert.Contains("dead-letters-2.ndjson", (await rig.GetAsync("/api/dead-letters", Admin)).ProblemOf(HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
    }

    private static string Id(int offset) => offset.ToString("x32", CultureInfo.InvariantCulture);

    private static string Letter(int offset, string reason, string sink, string topic, string value) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"event_id":"{{Id(offset)}}","dead_letter.reason":"{{reason}}","dead_letter.detail":"why","dead_letter.sink":"{{sink}}","dead_letter.topic":"{{topic}}","dead_letter.partition":0,"dead_letter.offset":{{offset}},"dead_letter.attempts":1,"dead_letter.time":"2026-03-01T00:00:0{{offset}}Z","dead_letter.timestamp":1,"value_base64":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}}","headers":[]}""");

    private static async Task<List<int>> OffsetsAsync(ApiRig rig, string query) =>
        [.. (await rig.GetAsync("/api/dead-letters" + query, Admin)).Json["dead_letters"]!.AsArray().Select(static letter => (int)letter!["offset"]!)];

    private Task<ApiRig> StartAsync(string api = ApiRig.WithSecret, string kafka = "localhost:9092") => ApiRig.StartAsync(api, kafka: kafka, deadLetters: _folder.FullName);
}
