using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.FunctionalTests.Api;

public sealed class StatusTests
{
    private const string Sinks =
        """
        { siem: { elasticsearch: { url: "http://user:hunter2@localhost:9", password: "hunter3", username: me } }, splunk: { splunk_hec: { url: "", token: "hunter4" } },
          archive: { file: { directory: ./out }, when: { event.severity|gte: 50 } } }
        """;

    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task The_status_of_each_sink_says_what_is_wrong_and_what_to_do()
    {
        await using var rig = await ApiRig.StartAsync(sinks: Sinks);
        rig.Status = new EngineStatus(
            EngineState.Running,
            [
                new SinkStatus("siem", "the server refuses the credentials (401)", DateTimeOffset.UnixEpoch, "the server refuses the credentials (401)", 7, 2, 1, 2048, 0),
                new SinkStatus("archive", null, null, null, 9, 0, 0, 0, 0),
            ],
            []);

        var status = (await rig.GetAsync("/api/siem/status", Viewer)).Json;

        Assert.True((bool)status["export_running"]!);
        var elastic = status["elastic"]!;
        Assert.Equal((true, false, true, 7, 2), ((bool)elastic["enabled"]!, (bool)elastic["healthy"]!, (bool)elastic["held"]!, (int)elastic["delivered"]!, (int)elastic["dead_letters"]!));
        Assert.Equal("http://***@localhost:9", (string?)elastic["url"]);
        Assert.Equal("Check api_key, or username and password.", (string?)elastic["advice"]);
        Assert.Equal(2048, (int)elastic["queue"]!["bytes"]!);
        Assert.False((bool)status["splunk"]!["enabled"]!);
        Assert.False((bool)status["stix"]!["enabled"]!);
        Assert.Equal(["siem", "splunk", "archive"], status["sinks"]!.AsArray().Select(static sink => (string?)sink!["name"]));
    }

    [Fact]
    public async Task The_running_configuration_is_shown_without_any_secret()
    {
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, recent: {{ redis: \"redis://:hunter5@localhost:1\" }}", Sinks);

        var answer = await rig.GetAsync("/api/pipeline", Viewer);

        Assert.DoesNotContain("hunter", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiRig.Secret, answer.Body, StringComparison.Ordinal);
        Assert.Equal("***", (string?)answer.Json["api"]!["jwt"]!["secret"]);
        Assert.Equal("http://***@localhost:9", (string?)answer.Json["sinks"]!["siem"]!["kind"]!["urls"]![0]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"event.severity|gte":50}"""), answer.Json["sinks"]!["archive"]!["when"]), answer.Body);
    }
}
