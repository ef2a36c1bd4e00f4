using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class SubstitutionTests
{
    [Theory]
    [InlineData("${SET}", "value")]
    [InlineData("a-${SET}-${SET}", "a-value-value")]
    [InlineData("${SET:other}", "value")]
    [InlineData("${UNSET:other}", "other")]
    [InlineData("${UNSET:http://a:1}", "http://a:1")]
    [InlineData("a${UNSET:}", "a")]
    [InlineData("$${SET}", "${SET}")]
    [InlineData("$SET", "$SET")]
    public void Variables_are_replaced_in_values(string text, string expected)
    {
        var result = PipelineYaml.ParseWith(
            PipelineYaml.Minimal + $$"""kafka: { properties: { client.id: "{{text}}" } }""", new() { ["SET"] = "value" });

        Assert.Equal(expected, result.Options!.Kafka.Properties["client.id"]);
    }

    [Theory]
    [InlineData("${UNSET}", "p.yaml:9:35: the environment variable UNSET is not set (set it, or give a default: ${UNSET:…})")]
    [InlineData("${a-b}", "p.yaml:9:35: a-b is no name of an environment variable")]
    [InlineData("${OPEN", "p.yaml:9:35: a ${ without its }")]
    [InlineData("${file:/no/such/file}", "p.yaml:9:35: cannot read /no/such/file: ")]
    public void What_cannot_be_replaced_is_named(string text, string expected) => Assert.StartsWith(
        expected, PipelineYaml.Error(PipelineYaml.Minimal + $$"""kafka: { properties: { client.id: "{{text}}" } }"""), StringComparison.Ordinal);

    [Fact]
    public void A_variable_in_a_plain_value_may_be_a_number()
    {
        var result = PipelineYaml.ParseWith(PipelineYaml.Minimal + "limits: { batch: { events: \"${EVENTS:10}\" } }", new() { ["EVENTS"] = "77" });

        Assert.Equal(77, result.Options!.Limits.Batch.Events);
    }

    [Fact]
    public void Files_give_their_content_without_the_last_line_end()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "s3cret\n");
            var options = PipelineYaml.Valid(PipelineYaml.Head + $$"""sinks: { splunk: { splunk_hec: { url: "http://h:1", token: "${file:{{path}}}" } } }""");

            Assert.Equal("s3cret", Assert.IsType<SplunkOptions>(options.Sinks[0].Value.Kind).Token.Reveal());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Keys_are_not_replaced() => Assert.Equal(
        "p.yaml:9:1: unknown key ${SET} in the pipeline", PipelineYaml.Error(PipelineYaml.Minimal + "\"${SET}\": 1").Split(" (")[0]);
}
