using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class OverridesTests
{
    [Fact]
    public void A_value_of_the_file_is_replaced() => Assert.Equal(
        ["http://other:9200"], Elastic("sinks.siem.elasticsearch.url=http://other:9200").Urls);

    [Fact]
    public void The_value_may_be_a_list() => Assert.Equal(["http://a:1", "http://b:1"], Elastic("sinks.siem.elasticsearch.url=[\"http://a:1\", \"http://b:1\"]").Urls);

    [Theory]
    [InlineData("sources.all.topics.0=other", "other")]
    [InlineData("sources.all.topics[0]=other", "other")]
    [InlineData("sources.all.topics.1=other", "events,other")]
    public void A_place_in_a_list_is_set_or_added(string text, string expected) =>
        Assert.Equal(expected, string.Join(',', PipelineYaml.Valid(PipelineYaml.Minimal, text).Sources[0].Value.Topics));

    [Fact]
    public void Keys_that_the_file_lacks_are_made()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal, "limits.batch.events=7", "kafka.properties.auto.offset.reset=latest", "api=off", "sinks.out.kafka.topic=t");

        Assert.Equal(7, options.Limits.Batch.Events);
        Assert.Equal("latest", options.Kafka.Properties["auto.offset.reset"]);
        Assert.Null(options.Api);
        Assert.Equal("t", Assert.IsType<KafkaSinkOptions>(options.Sinks[1].Value.Kind).Topic);
    }

    [Fact]
    public void A_key_with_dots_is_quoted() =>
        Assert.Equal("5", PipelineYaml.Valid(PipelineYaml.Minimal, "kafka.\"properties\".\"a.b\"=5").Kafka.Properties["a.b"].Trim('"'));

    [Fact]
    public void An_empty_value_is_an_empty_text() => Assert.Contains(
        "the sink siem is off",
        Assert.Single(PipelineYaml.Parse(PipelineYaml.Minimal, "sinks.siem.elasticsearch.url=", "sinks.out.kafka.topic=t").Problems).ToString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("limits.memory=lots", "--set limits.memory: limits.memory must be a size such as 512MiB, not 'lots'")]
    [InlineData("limits.memry=1GiB", "--set limits.memry: unknown key memry in limits (did you mean memory?)")]
    [InlineData("pipeline.name=a", "--set pipeline.name: pipeline is a single value and has no name")]
    [InlineData("sources.all.topics.7=a", "--set sources.all.topics.7: 7 is no place of the list, which has 1")]
    [InlineData("limits", "--set limits: --set takes path=value")]
    [InlineData(".a=1", "--set .a: the path has an empty key")]
    [InlineData("a=[", "--set a: the value is no YAML")]
    public void Problems_of_an_override_name_it_and_not_a_line(string text, string expected) =>
        Assert.StartsWith(expected, PipelineYaml.Error(PipelineYaml.Minimal, text), StringComparison.Ordinal);

    private static ElasticsearchOptions Elastic(string text) =>
        Assert.IsType<ElasticsearchOptions>(PipelineYaml.Valid(PipelineYaml.Minimal, text).Sinks[0].Value.Kind);
}
