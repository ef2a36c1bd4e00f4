using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class FormatCommandTests
{
    private const string Events = """
        {"ts":1.5,"note":"Scan::Port_Scan","msg":"m","src":"10.0.0.1","p":99999,"uid":"C1","extra":{"deep":1}}
        {"ts":2.5,"note":"Scan::Port_Scan","msg":"n","src":"10.0.0.2","uid":"C2"}
        {"a":
        """;

    [Fact]
    public async Task All_formats_are_listed()
    {
        var text = await CommandLine.RunAsync("format", "list");
        var json = await CommandLine.RunAsync("format", "list", "--output", "json");

        Assert.Equal((0, 0), (text.Exit, json.Exit));
        Assert.Matches("cef +Common Event Format \\(CEF\\) +json, cef", text.Output);
        var formats = JsonNode.Parse(json.Output)!["formats"]!.AsArray();
        var zeek = formats.Single(format => format!["name"]!.GetValue<string>() == "zeek")!;
        Assert.Contains("notice", zeek["cases"]!.AsArray().Select(one => one!.GetValue<string>()));
        Assert.Contains("zeek.notice", zeek["vendor_namespaces"]!.AsArray().Select(one => one!.GetValue<string>()));
        Assert.All(formats, format => Assert.True(format!["auto"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task A_sample_shows_what_maps_where_what_is_left_over_and_what_is_refused()
    {
        var result = await CommandLine.RunWithInputAsync(Events, "format", "try", "-");

        Assert.Equal((1, ""), (result.Exit, result.Error));
        Assert.Contains("3 events", result.Output, StringComparison.Ordinal);
        Assert.Matches("2  zeek, case notice", result.Output);
        Assert.Matches("2  source\\.ip +← src +\"10\\.0\\.0\\.1\"", result.Output);
        Assert.Matches("2  event\\.kind +← \\(constant\\) +\"alert\"", result.Output);
        Assert.Matches("2  zeek\\.notice\\.uid +\"C1\"", result.Output);
        Assert.Matches("1  zeek\\.notice\\.extra\\.deep +1", result.Output);
        Assert.Matches("1  p +→ destination\\.port +99999", result.Output);
        Assert.Matches("1  malformed_json", result.Output);
    }

    [Fact]
    public async Task A_trial_can_be_read_by_a_program()
    {
        using var file = new TemporaryFile(Events);
        var result = await CommandLine.RunAsync("format", "try", file.Path, "--output", "json", "--limit", "2");

        var trial = JsonNode.Parse(result.Output)!;
        Assert.Equal(2, trial["events"]!.GetValue<int>());
        Assert.Equal("p", trial["refused"]![0]!["name"]!.GetValue<string>());
        Assert.Empty(trial["dead_letters"]!.AsArray());
    }

    [Fact]
    public async Task A_format_of_ones_own_is_tried()
    {
        var folder = Directory.CreateTempSubdirectory("formats");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "acme.yaml"),
                "format: acme\nrecognise: { vendor: acme }\nvendor_namespace: acme\naliases: { user: [account.login] }\nfields: { user.name: { from: user }, event.kind: { value: event } }\n",
                TestContext.Current.CancellationToken);
            var result = await CommandLine.RunWithInputAsync("{\"vendor\":\"acme\",\"account\":{\"login\":\"bob\"}}", "format", "try", "-", "--format", "acme", "--formats", folder.FullName);

            Assert.Equal((0, ""), (result.Exit, result.Error));
            Assert.Matches("1  acme", result.Output);
            Assert.Matches("user\\.name +← user +\"bob\"", result.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("there is no format zek (did you mean zeek?)", "try", "-", "--format", "zek")]
    [InlineData("no-such-file.ndjson", "try", "no-such-file.ndjson")]
    [InlineData("the folder of formats does not exist", "list", "--formats", "no-such-folder")]
    public async Task Wrong_use_is_said(string problem, params string[] arguments)
    {
        var result = await CommandLine.RunAsync(["format", .. arguments]);

        Assert.Equal(2, result.Exit);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }
}
