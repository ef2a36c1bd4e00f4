using StreamEnricher.Cli.Composition.Stix;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Enriching;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;

namespace StreamEnricher.Cli.Composition;

/// <summary>The sinks of a pipeline as the enricher sees them.</summary>
internal static class PipelineSinks
{
    /// <summary>Encoder and condition of each sink that is on, in the file's order.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="plan">What it is enriched with.</param>
    /// <param name="output">What it wants in documents.</param>
    /// <param name="aggregates">Sinks that aggregate get what they count; otherwise they get the objects that an event would give by itself.</param>
    public static IReadOnlyList<EnrichedSink> Encoders(PipelineOptions options, EnrichmentPlan plan, EncoderOptions output, bool aggregates = false) =>
    [
        .. options.ActiveSinks.Select(sink => new EnrichedSink(
            sink.Key,
            aggregates && sink.Value.Kind is StixOptions { Aggregates: true } stix
                ? StixAggregation.Encoder(stix, options, plan.Catalogue)
                : SinkEncoders.Of(sink.Value.Kind!, options, output, plan.Catalogue),
            sink.Value.When is { } when ? Condition.Parse(when, out _) : null)),
    ];
}
