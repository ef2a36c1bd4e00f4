using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Attribution;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;

namespace StreamEnricher.UnitTests.Cli.Composition;

public sealed class SinkEncodersTests
{
    public static TheoryData<string, object> Kinds => new()
    {
        { "elasticsearch", new ElasticsearchOptions { DataStream = "logs-a-b" } },
        { "splunk_hec", new SplunkOptions() },
        { "stix", new StixOptions() },
        { "kafka", new KafkaSinkOptions() },
        { "file ecs", new FileSinkOptions() },
        { "file hec", new FileSinkOptions { Format = "hec" } },
        { "file event", new FileSinkOptions { Format = "event" } },
        { "file stix", new FileSinkOptions { Format = "stix" } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_memory_that_is_reserved_follows_what_the_encoder_expects(string name, object kind)
    {
        var sink = (SinkKind)kind;
        var encoder = SinkEncoders.Of(sink, new PipelineOptions(), new EncoderOptions(), new AttackCatalogue("19", [], []));

        Assert.True(encoder.Expansion == sink.Expansion, $"{name}: the encoder expects {encoder.Expansion}, the options {sink.Expansion}");
    }
}
