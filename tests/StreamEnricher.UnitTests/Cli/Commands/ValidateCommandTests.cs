using System.Text.Json;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class ValidateCommandTests
{
    private const string Valid = """
        pipeline: test
        sources:
          all: { topics: [events] }
        sinks:
          events: { kafka: { topic: enriched } }
          splunk: { splunk_hec: { url: "" } }
        dead_letters: { directory: { path: dead } }
        """;

    [Fact]
    public async Task A_valid_file_is_described_and_what_is_off_is_said()
    {
        using var file = new TemporaryFile(Valid);

        var result = await CommandLine.RunAsync("validate", file.Path);

        Assert.Equal(0, result.Exit);
        Assert.Equal(
            $"{file.Path} is valid: pipeline test, sources all (1 topic of localhost:9092), sinks events (kafka topic enriched), off: splunk, dead letters to dead, listens on 127.0.0.1:8080",
            result.Output.TrimEnd());
        Assert.Equal($"{file.Path}:6:32: warning: the sink splunk is off: its url is empty", result.Error.TrimEnd());
    }

    [Fact]
    public async Task Problems_go_to_standard_error_and_the_exit_code_is_2()
    {
        using var file = new TemporaryFile(Valid + "\nextra: 1\nlimits: { memory: 1B }");

        var result = await CommandLine.RunAsync("validate", file.Path);

        Assert.Equal(2, result.Exit);
        Assert.Empty(result.Output);
        Assert.Contains($"{file.Path}:8:1: unknown key extra in the pipeline (one of: ", result.Error, StringComparison.Ordinal);
        Assert.EndsWith($"{file.Path}: 2 problems", result.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_can_be_read_by_a_program()
    {
        using var file = new TemporaryFile(Valid);

        var result = await CommandLine.RunAsync("validate", file.Path, "--output", "json", "--set", "limits.memory=1B");

        Assert.Equal(2, result.Exit);
        using var document = JsonDocument.Parse(result.Output);
        Assert.False(document.RootElement.GetProperty("valid").GetBoolean());
        var problem = document.RootElement.GetProperty("problems")[0];
        Assert.Equal("--set limits.memory", problem.GetProperty("place").GetString());
        Assert.Equal("error", problem.GetProperty("severity").GetString());
    }

    [Fact]
    public async Task The_schema_is_printed_without_a_file()
    {
        var result = await CommandLine.RunAsync("validate", "--schema");

        Assert.Equal(0, result.Exit);
        Assert.Equal(PipelineSchema.Text(), result.Output);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("validate", "p.yaml", "--unknown")]
    [InlineData("validate", "p.yaml", "--output", "xml")]
    [InlineData("validte", "p.yaml")]
    public async Task Wrong_use_is_said_on_standard_error_with_exit_code_2(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(arguments);

        Assert.Equal(2, result.Exit);
        Assert.NotEmpty(result.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("validate", "--help")]
    public async Task Help_ends_with_an_example(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(arguments);

        Assert.Equal(0, result.Exit);
        Assert.Contains("Examples:\n  streamenricher validate", result.Output, StringComparison.Ordinal);
    }
}
