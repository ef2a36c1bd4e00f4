using System.Net;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>What the dashboard and <c>top</c> are made of.</summary>
public sealed class LiveTests
{
    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task The_figures_name_topics_partitions_and_sinks()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Status = new EngineStatus(EngineState.Running, [new SinkStatus("siem", null, null, null, 9, 0, 1, 10, 1)], []);
        rig.Metrics.SourceRecords.Add(5, new("source", "services"), new("topic", "traffic_monitor"));
        rig.Metrics.Observe<long>("streamenricher.source.lag_records", "", () => [new(7, new("topic", "traffic_monitor"), new("partition", 2))]);
        rig.Metrics.Observe<long>("streamenricher.sink.lag_records", "", () => [new(6, new("sink", "siem"), new("topic", "traffic_monitor"), new("partition", 2))]);
        rig.Metrics.Observe<double>("streamenricher.watermark.age.seconds", "", () => [new(1.25, new("topic", "traffic_monitor"), new("partition", 2))]);
        await rig.Parts.Backend.Figures.NextAsync(TestContext.Current.CancellationToken);

        var live = (await rig.GetAsync("/api/live", Viewer)).Json;

        Assert.Equal(("test", "running", 7), ((string?)live["pipeline"], (string?)live["state"], (int)live["lag"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{"topic":"traffic_monitor","partition":2,"lag":7,"age":1.2,"sink_lags":{"siem":6}}]"""), live["partitions"]), live.ToJsonString());
        Assert.Equal(("siem", 9, 6), ((string?)live["sinks"]![0]!["name"], (int)live["sinks"]![0]!["delivered"]!, (int)live["sinks"]![0]!["lag"]!));
    }

    [Fact]
    public async Task A_session_says_what_the_token_may_do()
    {
        await using var rig = await ApiRig.StartAsync();

        var viewer = (await rig.GetAsync("/api/session", Viewer)).Json;
        var admin = (await rig.GetAsync("/api/session", ApiRig.Token(Roles.Admin))).Json;

        Assert.Equal(("tester", false, false), ((string?)viewer["subject"], (bool)viewer["may_post"]!, (bool)viewer["may_manage"]!));
        Assert.Equal((true, true), ((bool)admin["may_post"]!, (bool)admin["may_manage"]!));
        Assert.InRange((DateTimeOffset)viewer["expires_at"]!, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddMinutes(6));
    }

    [Fact]
    public async Task The_stream_begins_with_everything_and_goes_on_once_a_second()
    {
        await using var rig = await ApiRig.StartAsync();
        using var stream = await OpenAsync(rig, Viewer);

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["live", "techniques", "events", "live"], await stream.EventsAsync(4));
    }

    [Fact]
    public async Task The_stream_ends_with_its_token_and_says_so()
    {
        await using var rig = await ApiRig.StartAsync();
        using var stream = await OpenAsync(rig, ApiRig.Token(Roles.Viewer, lifetime: TimeSpan.FromSeconds(2) - JwtKeys.ClockSkew));

        var events = await stream.EventsAsync(int.MaxValue);

        Assert.Equal(("end", """data: {"reason":"the token has expired"}"""), (events[^1], stream.LastData));
        Assert.Equal(HttpStatusCode.Unauthorized, (await rig.GetAsync("/api/session", ApiRig.Token(Roles.Viewer, lifetime: -JwtKeys.ClockSkew))).Status);
    }

    [Fact]
    public async Task An_open_stream_does_not_keep_the_process_from_stopping()
    {
        var rig = await ApiRig.StartAsync();
        using var stream = await OpenAsync(rig, Viewer);
        await stream.EventsAsync(1);

        var begun = TimeProvider.System.GetTimestamp();
        await rig.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task One_subject_may_open_a_few_streams_and_one_that_is_closed_makes_room()
    {
        await using var rig = await ApiRig.StartAsync();
        var open = new List<OpenStream>();
        for (var i = 0; i < LiveStreams.MostOfOne; i++)
        {
            open.Add(await OpenAsync(rig, Viewer));
        }

        var refused = await rig.GetAsync("/api/stream", Viewer);
        Assert.Equal("too many streams are open: 8 a subject, 64 in all", refused.ProblemOf(HttpStatusCode.TooManyRequests));
        using (var another = await OpenAsync(rig, ApiRig.Token(Roles.Viewer, subject: "another")))
        {
            Assert.Equal(HttpStatusCode.OK, another.Response.StatusCode);
        }

        open.ForEach(static stream => stream.Dispose());
        while (true)
        {
            using var again = await OpenAsync(rig, Viewer);
            if (again.Response.StatusCode == HttpStatusCode.OK)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task The_page_allows_nothing_but_itself_and_answers_of_the_API_nothing_at_all()
    {
        await using var rig = await ApiRig.StartAsync();
        using var page = await rig.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var again = await rig.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var answer = await rig.Client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        var body = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var nonce = policy.Split("script-src 'nonce-")[1].Split('\'')[0];

        Assert.Equal(
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            policy);
        Assert.Equal(3, body.Split($"nonce=\"{nonce}\"").Length - 1);
        Assert.DoesNotContain("{{", body, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i) on[a-z]+=|style=|https?://(?!www.w3.org)", body);
        Assert.NotEqual(policy, again.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(("nosniff", "no-store"), (page.Headers.GetValues("X-Content-Type-Options").Single(), page.Headers.CacheControl!.ToString()));
    }

    private static async Task<OpenStream> OpenAsync(ApiRig rig, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/stream");
        request.Headers.Authorization = new("Bearer", token);
        return new OpenStream(await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    private sealed class OpenStream(HttpResponseMessage response) : IDisposable
    {
        private StreamReader? _reader;

        public HttpResponseMessage Response => response;

        public string? LastData { get; private set; }

        /// <summary>The names of the next events; fewer when the stream ends.</summary>
        public async Task<List<string>> EventsAsync(int count)
        {
            _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            var names = new List<string>();
            while (names.Count < count && await _reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    names.Add(line[7..]);
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    LastData = line;
                    Assert.NotNull(JsonNode.Parse(line[6..]));
                }
            }

            return names;
        }

        public void Dispose()
        {
            _reader?.Dispose();
            response.Dispose();
        }
    }
}
