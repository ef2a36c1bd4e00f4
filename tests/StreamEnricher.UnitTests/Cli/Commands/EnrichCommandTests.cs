using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class EnrichCommandTests
{
    private const string Event = """{"acme":"probe","time":"2026-03-01T08:00:00Z","src":"198.51.100.7","level":"high","techniques":["T1046"],"extra":1}""";

    [Fact]
    public async Task Each_line_gives_one_line_in_the_same_order()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync($"{Event}\n\n{{\"acme\":\n[1]\n{Event}", "enrich", pipeline.File, "--to", "ecs", "--source", "acme");

        Assert.Equal((0, ""), (result.Exit, result.Error));
        var lines = result.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(5, lines.Count);
        Assert.Equal("198.51.100.7", lines[0]["source"]!["ip"]!.GetValue<string>());
        Assert.Equal("T1046", lines[0]["threat"]!["technique"]!["id"]![0]!.GetValue<string>());
        Assert.Null(lines[0]["kafka"]);
        Assert.Equal("""{"dead_letter":{"reason":"empty_value","detail":"the record's value is empty"}}""", result.Output.Split('\n')[1]);
        Assert.Equal("malformed_json", lines[2]["dead_letter"]!["reason"]!.GetValue<string>());
        Assert.Equal("not_an_object", lines[3]["dead_letter"]!["reason"]!.GetValue<string>());
        Assert.NotEqual(lines[0]["event"]!["id"]!.GetValue<string>(), lines[4]["event"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_position_is_topic_stdin_partition_0_and_the_line_number()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync("{}\n{\"a\":1}\n", "enrich", pipeline.File, "--to", "event");

        byte[] identity = [.. "stdin"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, .. "{\"a\":1}"u8];
        var second = JsonNode.Parse(result.Output.Split('\n')[1])!;
        Assert.Equal(Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(identity)), second["event_id"]!.GetValue<string>());
        Assert.Equal("1970-01-01T00:00:00Z", second["timestamp"]!.GetValue<string>());
        Assert.Null(second["metadata"]!["kafka"]);
    }

    [Fact]
    public async Task Hec_envelopes_have_the_index_and_source_type_of_the_pipeline()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(
            Event, "enrich", pipeline.File, "--to", "hec", "--source", "acme", "--set", "sinks.splunk.splunk_hec.index=soc", "--set", "sinks.splunk.splunk_hec.sourcetype=acme");

        var envelope = JsonNode.Parse(result.Output)!;
        Assert.Equal("soc", envelope["index"]!.GetValue<string>());
        Assert.Equal("acme", envelope["sourcetype"]!.GetValue<string>());
        Assert.Equal("stdin", envelope["source"]!.GetValue<string>());
        Assert.Equal(1772352000, envelope["time"]!.GetValue<double>());
    }

    [Fact]
    public async Task Stix_gives_objects()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event, "enrich", pipeline.File, "--to", "stix", "--source", "acme");

        var types = result.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!["type"]!.GetValue<string>()).ToList();
        Assert.Contains("attack-pattern", types);
    }

    [Fact]
    public async Task A_source_that_the_pipeline_lacks_is_named_with_the_nearest_one()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync(Event, "enrich", pipeline.File, "--to", "ecs", "--source", "acne");

        Assert.Equal(2, result.Exit);
        Assert.Equal("there is no source acne in the pipeline (did you mean acme?)", result.Error.TrimEnd());
    }

    [Fact]
    public async Task Nothing_in_gives_nothing_out()
    {
        using var pipeline = new OwnPipeline();

        var result = await CommandLine.RunWithInputAsync("", "enrich", pipeline.File, "--to", "ecs");

        Assert.Equal((0, "", ""), (result.Exit, result.Output, result.Error));
    }
}
