using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.FunctionalTests.Api;

namespace StreamEnricher.FunctionalTests.Cli;

/// <summary><c>top</c> where there is no terminal.</summary>
public sealed class TopTests
{
    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task One_look_shows_sinks_topics_and_partitions()
    {
        await using var rig = await StartAsync();

        var result = await CommandLine.RunAsync("top", "--url", rig.Server.Addresses.Single(), "--token", Viewer, "--once");

        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Matches("test  group test  running", result.Output);
        Assert.Matches(@"siem +elasticsearch +held +0 +9 +6 ", result.Output);
        Assert.Contains("! siem is held: the server refuses the credentials (401). Check api_key, or username and password.", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"traffic_monitor +0 +5 +7", result.Output);
        Assert.Matches(@"traffic_monitor/2 +7 +1.2 s +6", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task One_look_as_JSON_is_one_line()
    {
        await using var rig = await StartAsync();

        var result = await CommandLine.RunAsync("top", "--url", rig.Server.Addresses.Single() + "/", "--token", Viewer, "--once", "--output", "json");

        Assert.Equal(0, result.Exit);
        var line = JsonNode.Parse(Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal(("test", 9), ((string?)line["pipeline"], (int)line["sinks"]![0]!["delivered"]!));
    }

    [Fact]
    public async Task What_a_server_says_cannot_drive_the_terminal()
    {
        await using var rig = await StartAsync("evil \u001b[2J\u009b31m\u202e[red]words[/]");

        var result = await CommandLine.RunAsync("top", "--url", rig.Server.Addresses.Single(), "--token", Viewer, "--once");

        Assert.Contains("evil \ufffd[2J\ufffd31m\ufffd[red]words[/]", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
    }

    [Fact]
    public async Task Without_a_good_token_it_says_how_to_get_one()
    {
        await using var rig = await StartAsync();

        var none = await CommandLine.RunAsync("top", "--url", rig.Server.Addresses.Single(), "--once");
        var expired = await CommandLine.RunAsync("top", "--url", rig.Server.Addresses.Single(), "--once", "--token", ApiRig.Token(Roles.Viewer, lifetime: TimeSpan.FromMinutes(-5)));

        Assert.Equal(1, none.Exit);
        Assert.Contains("streamenricher token issue --role viewer", none.Error, StringComparison.Ordinal);
        Assert.Contains("answers 401: the token has expired, or is not valid yet.", expired.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://host", "--url must be such as")]
    [InlineData("nonsense", "--url must be such as")]
    public async Task A_wrong_address_is_wrong_use(string url, string said)
    {
        var result = await CommandLine.RunAsync("top", "--url", url, "--once");

        Assert.Equal(2, result.Exit);
        Assert.StartsWith(said, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("2h")]
    [InlineData("often")]
    public async Task A_wrong_interval_is_wrong_use(string interval)
    {
        var result = await CommandLine.RunAsync("top", "--interval", interval);

        Assert.Equal((2, "--interval must be a duration from 200ms to 1h" + Environment.NewLine), (result.Exit, result.Error));
    }

    [Fact]
    public async Task Where_nothing_answers_it_says_what_to_do()
    {
        var result = await CommandLine.RunAsync("top", "--url", "http://127.0.0.1:1", "--once", "--token", Viewer);

        Assert.Equal(1, result.Exit);
        Assert.StartsWith("nothing answers at http://127.0.0.1:1/ (", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Viewer, result.Error, StringComparison.Ordinal);
    }

    private static async Task<ApiRig> StartAsync(string reason = "the server refuses the credentials (401)")
    {
        var rig = await ApiRig.StartAsync(kafka: "127.0.0.1:1");
        rig.Status = new EngineStatus(EngineState.Running, [new SinkStatus("siem", reason, DateTimeOffset.UnixEpoch, reason, 9, 0, 1, 10, 1)], []);
        rig.Metrics.SourceRecords.Add(5, new("source", "services"), new("topic", "traffic_monitor"));
        rig.Metrics.Observe<long>("streamenricher.source.lag_records", "", () => [new(7, new("topic", "traffic_monitor"), new("partition", 2))]);
        rig.Metrics.Observe<long>("streamenricher.sink.lag_records", "", () => [new(6, new("sink", "siem"), new("topic", "traffic_monitor"), new("partition", 2))]);
        rig.Metrics.Observe<double>("streamenricher.watermark.age.seconds", "", () => [new(1.25, new("topic", "traffic_monitor"), new("partition", 2))]);
        await rig.Parts.Backend.Figures.NextAsync(TestContext.Current.CancellationToken);
        return rig;
    }
}
