using System.Net;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Sinks by the API: who may do what to them, and what is refused.</summary>
public sealed class SinkTests
{
    private static readonly string Admin = ApiRig.Token(Roles.Admin);

    [Theory]
    [InlineData("pause", true)]
    [InlineData("resume", false)]
    public async Task An_admin_pauses_and_resumes_a_sink(string verb, bool paused)
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.PostAsync($"/api/sinks/siem/{verb}", "", Admin);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(("siem", paused), ((string?)answer.Json["sink"], (bool)answer.Json["paused"]!));
        Assert.Equal([$"{verb} siem"], rig.Done);
    }

    [Theory]
    [InlineData("{\"to\":\"earliest\"}", "rewind siem  ")]
    [InlineData("{\"to\":\"17\"}", "rewind siem 17 ")]
    [InlineData("{\"to\":\"2026-03-01T00:00:00Z\"}", "rewind siem  2026-03-01T00:00:00.0000000+00:00")]
    public async Task A_rewind_takes_the_beginning_an_offset_or_a_time_and_answers_where_the_sink_stands(string body, string done)
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Progress = [new PartitionProgress(new PartitionLease("services", "traffic_monitor", 2, [0]), 17, [17])];

        var answer = await rig.PostAsync("/api/sinks/siem/rewind", body, Admin);

        Assert.Equal([done], rig.Done);
        var place = Assert.Single(answer.Json["partitions"]!.AsArray())!;
        Assert.Equal(("traffic_monitor", 2, 17), ((string?)place["topic"], (int)place["partition"]!, (int)place["settled"]!));
    }

    [Theory]
    [InlineData(Roles.Viewer)]
    [InlineData(Roles.Analyst)]
    public async Task Others_may_look_but_change_nothing(string role)
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Status = new EngineStatus(EngineState.Running, [new SinkStatus("siem", null, null, null, 0, 0, 0, 0, 0, Attached: false, Paused: true)], []);
        var token = ApiRig.Token(role);

        foreach (var verb in new[] { "pause", "resume", "rewind" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await rig.PostAsync($"/api/sinks/siem/{verb}", "{\"to\":\"earliest\"}", token)).Status);
        }

        var sink = Assert.Single((await rig.GetAsync("/api/sinks", token)).Json.AsArray())!;
        Assert.Equal(("siem", true, false), ((string?)sink["name"], (bool)sink["paused"]!, (bool)sink["attached"]!));
        Assert.Empty(rig.Done);
        Assert.Equal(HttpStatusCode.Unauthorized, (await rig.GetAsync("/api/sinks", null)).Status);
    }

    [Fact]
    public async Task What_cannot_be_done_says_why()
    {
        await using var rig = await ApiRig.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await rig.PostAsync("/api/sinks/splunk/pause", "", Admin)).Status);
        var target = await rig.PostAsync("/api/sinks/siem/rewind", "{\"to\":\"yesterday\"}", Admin);
        Assert.Equal(HttpStatusCode.BadRequest, target.Status);
        Assert.Contains("it can be earliest, an offset from 0, or a time", target.Body, StringComparison.Ordinal);
        rig.RewindFails = new InvalidOperationException("The sink siem is being rewound already.");
        Assert.Equal(HttpStatusCode.Conflict, (await rig.PostAsync("/api/sinks/siem/rewind", "{\"to\":\"0\"}", Admin)).Status);
        rig.RewindFails = new KafkaSetupException("localhost:9092 did not answer.");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await rig.PostAsync("/api/sinks/siem/rewind", "{\"to\":\"0\"}", Admin)).Status);
    }
}
