using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.FunctionalTests.Api;

namespace StreamEnricher.FunctionalTests.Cli;

/// <summary><c>tap</c> over the API of a process.</summary>
public sealed class TapCommandTests
{
    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task Events_come_one_a_line_and_secrets_do_not()
    {
        await using var rig = await ApiRig.StartAsync();

        var result = await RunAsync(rig, "--where", "event.severity|gte: 50", "--limit", "2");

        // What passed while the others waited is told on the error stream, and how much did depends on the machine.
        Assert.Equal(0, result.Exit);
        Assert.Matches(@"^(not shown: 0 above --rate, \d+ passed while others w[^\n]*\n?)?$", result.Error);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["high", "high"], lines.Select(static line => (string?)JsonNode.Parse(line)!["severity"]));
        Assert.DoesNotContain("hunter2", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_each_line_has_the_place_too()
    {
        await using var rig = await ApiRig.StartAsync();

        var result = await RunAsync(rig, "--at", "source", "--limit", "1", "--output", "json");

        var line = JsonNode.Parse(Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal(("source", "traffic_monitor", 1), ((string?)line["at"], (string?)line["topic"], (int)line["partition"]!));
    }

    [Fact]
    public async Task The_lines_of_a_bulk_sink_stand_one_below_the_other()
    {
        await using var rig = await ApiRig.StartAsync();

        var result = await RunAsync(rig, "--at", "siem", "--limit", "1");

        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.NotNull(JsonNode.Parse(lines[0])!["create"]);
        Assert.NotNull(JsonNode.Parse(lines[1])!["@timestamp"]);
    }

    [Fact]
    public async Task A_wrong_place_or_condition_is_said_in_words()
    {
        await using var rig = await ApiRig.StartAsync();

        var place = await CommandLine.RunAsync("tap", "--url", rig.Server.Addresses.Single(), "--token", Viewer, "--at", "nowhere");
        var condition = await CommandLine.RunAsync("tap", "--url", rig.Server.Addresses.Single(), "--token", Viewer, "--where", "a: [");

        Assert.Equal((1, 1), (place.Exit, condition.Exit));
        Assert.Contains("answers 400: at must be source, enriched, siem.", place.Error, StringComparison.Ordinal);
        Assert.Contains("answers 400: where is no condition", condition.Error, StringComparison.Ordinal);
    }

    /// <summary>Runs the command while events pass, until it has enough.</summary>
    private static async Task<CommandLine.Result> RunAsync(ApiRig rig, params string[] arguments)
    {
        var running = CommandLine.RunAsync(["tap", "--url", rig.Server.Addresses.Single(), "--token", Viewer, .. arguments]);
        while (!running.IsCompleted)
        {
            Offer(rig, "informational", "high");
            await Task.WhenAny(running, rig.Parts.Backend.Figures.NextAsync(TestContext.Current.CancellationToken));
        }

        return await running;
    }

    private static void Offer(ApiRig rig, params string[] severities)
    {
        var batch = new EventBatch(4096, severities.Length, MemoryLease.Unlimited);
        var lease = new PartitionLease("services", "traffic_monitor", 1, [0]);
        for (var i = 0; i < severities.Length; i++)
        {
            var text = $$"""{"event_type":"threat","timestamp":"2026-03-01T00:00:00Z","severity":"{{severities[i]}}","description":"mysql --password=hunter2","source_service":"traffic_monitor"}""";
            Assert.True(batch.TryAppend(lease, i, 1, Encoding.UTF8.GetBytes(text), false, default, true, default));
        }

        rig.Parts.Backend.Taps.Offer(batch);
        batch.Release();
    }
}
