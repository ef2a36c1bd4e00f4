using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class ExplainCommandTests
{
    private const string Event = """{"acme":"probe","time":"2026-03-01T08:00:00Z","src":"198.51.100.7","level":"low","techniques":["T1046"],"extra":{"n":1}}""";

    [Fact]
    public async Task Every_hop_is_shown()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event + "\n", "explain", pipeline.File, "--topic", "acme_events");

        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Contains("source      acme (topic acme_events)", result.Output, StringComparison.Ordinal);
        Assert.Contains("format      acme", result.Output, StringComparison.Ordinal);
        Assert.Matches("source\\.ip +← src +=+ \"198\\.51\\.100\\.7\"", result.Output);
        Assert.Matches("event\\.kind +← \\(constant\\) +=+ \"alert\"", result.Output);
        Assert.Matches("event\\.severity +← level +=+ 25", result.Output);
        Assert.Contains("left over   kept under acme.log", result.Output, StringComparison.Ordinal);
        Assert.Matches("extra +=+ {\"n\":1}", result.Output);
        Assert.Contains("T1046  Network Service Discovery", result.Output, StringComparison.Ordinal);
        Assert.Contains("because   {\"provider\":\"declared\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("{\"create\":{\"_index\":\"logs-own-default\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("sink grave: kafka topic grave: not sent: its condition (when) does not hold", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_shown()
    {
        using var pipeline = new OwnPipeline();

        foreach (var form in new[] { "text", "json" })
        {
            var result = await CommandLine.RunWithInputAsync(Event, "explain", pipeline.File, "--output", form);

            Assert.DoesNotContain("hunter2", result.Output + result.Error, StringComparison.Ordinal);
            Assert.Contains("http://***@localhost:8088", result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task It_can_be_read_by_a_program()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event, "explain", pipeline.File, "--output", "json");

        var explanation = JsonNode.Parse(result.Output)!;
        Assert.Equal("acme", explanation["event"]!["format"]!.GetValue<string>());
        Assert.Equal("T1046", explanation["event"]!["techniques"]![0]!["id"]!.GetValue<string>());
        Assert.Equal(["siem", "splunk", "grave"], explanation["sinks"]!.AsArray().Select(sink => sink!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_dropped_is_shown_as_dropped()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event, "explain", pipeline.File, "--set", "output.unmapped=drop");

        Assert.Contains("left over   dropped (output.unmapped: drop)", result.Output, StringComparison.Ordinal);
        Assert.Matches("extra +=+ {\"n\":1}", result.Output);
    }

    [Fact]
    public async Task A_refused_event_is_a_dead_letter_and_exit_code_1()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync("{\"a\":", "explain", pipeline.File);

        Assert.Equal(1, result.Exit);
        Assert.Contains("refused     malformed_json: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_no_source_reads_is_said()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event, "explain", pipeline.File, "--topic", "other");

        Assert.Equal(2, result.Exit);
        Assert.Equal("no source of the pipeline reads the topic other (topics: acme_events, ^rest\\..+)", result.Error.TrimEnd());
    }
}
