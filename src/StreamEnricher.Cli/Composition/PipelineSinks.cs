using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Enriching;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;

namespace StreamEnricher.Cli.Composition;

/// <summary>The sinks of a pipeline as the enricher sees them.</summary>
internal static class PipelineSinks
{
    /// <summary>Encoder and condition of each sink that is on, in the file's order.</summary>
    public static IReadOnlyList<EnrichedSink> Encoders(PipelineOptions options, EnrichmentPlan plan, EncoderOptions output) =>
    [
        .. options.ActiveSinks.Select(sink => new EnrichedSink(
            sink.Key,
            SinkEncoders.Of(sink.Value.Kind!, options, output, plan.Catalogue),
            sink.Value.When is { } when ? Condition.Parse(when, out _) : null)),
    ];
}
