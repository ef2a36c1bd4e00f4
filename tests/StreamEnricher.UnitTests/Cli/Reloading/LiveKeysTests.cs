using StreamEnricher.Cli.Reloading;
using StreamEnricher.UnitTests.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Reloading;

public sealed class LiveKeysTests
{
    private const string Running = """
        pipeline: test
        limits: { memory: 512MiB }
        sources: { all: { topics: [events], format: detection } }
        sinks:
          siem:   { elasticsearch: { url: "http://localhost:9200" } }
          splunk: { splunk_hec: { url: "http://localhost:8088", token: hunter2 }, when: { event.severity|gte: 50 } }
          intel:  { stix: { marking: amber, to: { kafka: { topic: stix } } } }
        dead_letters: { kafka: { topic: dead } }
        api: off
        """;

    [Theory]
    [InlineData("format: detection", "format: suricata_eve")]
    [InlineData("pipeline: test", "pipeline: test\nformats: [own]")]
    [InlineData("pipeline: test", "pipeline: test\nattribution: { catalogue: \"18.1\" }")]
    [InlineData("pipeline: test", "pipeline: test\noutput: { original: true }")]
    [InlineData("gte: 50", "gte: 75")]
    [InlineData(", when: { event.severity|gte: 50 }", "")]
    [InlineData("9200\" } }", "9200\" }, when: { event.kind: alert } }")]
    [InlineData("token: hunter2", "token: hunter2, index: other, sourcetype: soc")]
    [InlineData("api: off", "api: off # a comment")]
    public void What_becomes_of_an_event_may_change(string from, string to) => Assert.Empty(Frozen(Running.Replace(from, to, StringComparison.Ordinal)));

    [Theory]
    [InlineData("512MiB", "1GiB", "limits.memory")]
    [InlineData("pipeline: test", "pipeline: other", "pipeline")]
    [InlineData("pipeline: test", "pipeline: test\nkafka: { group_id: other }", "kafka")]
    [InlineData("topics: [events]", "topics: [events, more]", "sources.all.topics")]
    [InlineData("sources: {", "sources: { more: { topics: [x], format: detection },", "sources.more")]
    [InlineData("http://localhost:9200", "http://localhost:9201", "sinks.siem.elasticsearch.url")]
    [InlineData("hunter2", "other", "sinks.splunk.splunk_hec.token")]
    [InlineData("sinks:", "sinks:\n  more: { file: { directory: x } }", "sinks.more")]
    [InlineData("topic: dead", "topic: graves", "dead_letters.kafka.topic")]
    [InlineData("marking: amber", "marking: red", "sinks.intel.stix.marking")]
    [InlineData("topic: stix", "topic: objects", "sinks.intel.stix.to.kafka.topic")]
    [InlineData("api: off", "api: { listen: \"127.0.0.1:1\" }", "api")]
    [InlineData("gte: 50 }", "gte: 50 }, paused: true", "sinks.splunk.paused")]
    [InlineData("\napi: off", "", "api")]
    public void What_a_run_holds_from_its_start_may_not(string from, string to, string key)
    {
        var changed = Running.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Running, changed);
        Assert.Equal([key], Frozen(changed));
    }

    private static IReadOnlyList<string> Frozen(string wanted) => LiveKeys.Frozen(PipelineYaml.Parse(Running).Root!, PipelineYaml.Parse(wanted).Root!);
}
