using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Configuration;

/// <summary>What is checked of <c>mode: aggregate</c>.</summary>
public sealed class StixAggregationChecksTests
{
    [Fact]
    public void A_sink_that_aggregates_keeps_its_state_in_a_compacted_topic_of_its_own()
    {
        var options = PipelineYaml.Valid(Sink("mode: aggregate, window: 2h"));
        var stix = Assert.IsType<StixOptions>(options.Sinks[0].Value.Kind);
        Assert.Equal((true, TimeSpan.FromHours(2)), (stix.Aggregates, stix.Window));
        Assert.Contains(KafkaMapping.OutputTopics(options), static topic => topic is { Topic: "test.intel.state", Compacted: true });
    }

    [Fact]
    public void Without_a_mode_each_event_gives_objects_of_its_own() =>
        Assert.False(Assert.IsType<StixOptions>(PipelineYaml.Valid(Sink("marking: red")).Sinks[0].Value.Kind).Aggregates);

    [Theory]
    [InlineData("window: 2h", "sinks.intel.stix.window has no effect without mode: aggregate")]
    [InlineData("mode: aggregate, window: 25h", "window must be from 1s to 24h")]
    [InlineData("mode: aggregate, idle_after: 10ms", "idle_after must be at least 1s")]
    [InlineData("mode: aggregate, state: { memory: 1KiB }", "state.memory must be at least 1MiB")]
    [InlineData("mode: aggregate, state: { kafka: { topic: a }, file: { path: b } }", "state has both kafka and file")]
    [InlineData("mode: aggregate, state: { kafka: { topic: 'a b' } }", "a b is no name of a Kafka topic")]
    [InlineData("own_networks: [nothing]", "own_networks: 'nothing' is no address or network")]
    [InlineData("own_domains: ['a b']", "own_domains: 'a b' is no domain")]
    [InlineData("allow_lists: [/nowhere/at/all]", "/nowhere/at/all")]
    public void What_is_wrong_is_said(string keys, string expected) =>
        Assert.Contains(PipelineYaml.Parse(Sink(keys)).Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));

    private static string Sink(string keys) => PipelineYaml.Head + $$"""
        sinks:
          intel:
            stix: { to: { kafka: { topic: objects } }, {{keys}} }

        """;
}
