using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;

namespace StreamEnricher.Cli.Composition;

/// <summary>The encoder of each sink.</summary>
internal static class SinkEncoders
{
    /// <summary>What a configured sink writes.</summary>
    public static SinkEncoder Of(SinkKind kind, PipelineOptions pipeline, EncoderOptions output, AttackCatalogue catalogue) => kind switch
    {
        ElasticsearchOptions elastic => new EcsEncoder(output, elastic.DataStream),
        SplunkOptions splunk => new HecEncoder(output, splunk.Index, splunk.Sourcetype),
        StixOptions stix => new StixEncoder(Map(stix), catalogue, keyed: stix.To is StixTopic, AllowLists.Of(stix, pipeline)),
        KafkaSinkOptions => new CommonEventEncoder(output, keyed: true),
        FileSinkOptions file => OfFormat(file.Format, pipeline, output, catalogue),
        _ => throw new ArgumentException($"no encoder for {kind.Name}", nameof(kind)),
    };

    /// <summary>Lines of one format: ecs, event, hec or stix. Index, source type, producer and marking are those of the pipeline's first sink of the kind.</summary>
    public static SinkEncoder OfFormat(string format, PipelineOptions pipeline, EncoderOptions output, AttackCatalogue catalogue)
    {
        switch (format)
        {
            case "ecs":
                return new EcsEncoder(output, null);
            case "event":
                return new CommonEventEncoder(output, keyed: false);
            case "hec":
                var splunk = First<SplunkOptions>(pipeline) ?? new SplunkOptions();
                return new HecEncoder(output, splunk.Index, splunk.Sourcetype);
            case "stix":
                return new StixEncoder(Map(First<StixOptions>(pipeline) ?? new StixOptions()), catalogue, keyed: false);
            default:
                throw new ArgumentException($"no encoder for {format}", nameof(format));
        }
    }

    /// <summary>Who makes the objects.</summary>
    public static StixEncoderOptions Map(StixOptions stix) => new() { ProducerName = stix.Producer, Marking = stix.Marking };

    private static T? First<T>(PipelineOptions pipeline)
        where T : SinkKind =>
        pipeline.Sinks.Select(sink => sink.Value.Kind).OfType<T>().FirstOrDefault();
}
