using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Benching;

/// <summary>The pipeline of a bench that names none: ECS to Elasticsearch and envelopes to Splunk, attribution by declared ids and the shipped tables.</summary>
internal static class BenchPipeline
{
    /// <summary>Stands for a file's name in messages.</summary>
    public const string Name = "(built-in pipeline)";

    /// <summary>An address that nobody listens at: the bench puts its receiver in its place.</summary>
    public const string Nowhere = "http://localhost:9";

    /// <summary>Its text.</summary>
    public const string Yaml = $$"""
        pipeline: bench
        sources:
          services: { topics: [traffic_monitor], format: detection }
          ids:      { topics: [suricata], format: suricata_eve }
          rest:     { topics: [others], format: auto }
        attribution:
          providers:
            - declared: {}
            - tables: { files: [et-open, keywords] }
        sinks:
          siem:   { elasticsearch: { url: "{{Nowhere}}" } }
          splunk: { splunk_hec: { url: "{{Nowhere}}", token: bench, compression: none } }
        dead_letters: { directory: { path: dead-letters } }
        api: off
        """;

    /// <summary>The sinks of a pipeline with the receiver in the place of their servers; credentials are left out.</summary>
    public static PipelineOptions At(PipelineOptions options, string url) => options with
    {
        Sinks =
        [
            .. options.Sinks.Select(sink => KeyValuePair.Create(sink.Key, sink.Value.Kind switch
            {
                ElasticsearchOptions { HasAddress: true } elastic => sink.Value with { Kind = elastic with { Urls = [url], ApiKey = default, Username = "", Password = default } },
                SplunkOptions { HasAddress: true } splunk => sink.Value with { Kind = splunk with { Urls = [url], Token = new Secret("bench"), Acknowledgement = false } },
                _ => sink.Value,
            })),
        ],
    };
}
