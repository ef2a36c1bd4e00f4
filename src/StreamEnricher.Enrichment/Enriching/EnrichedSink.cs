using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>A sink as the enricher sees it.</summary>
/// <param name="Name">Name in the pipeline.</param>
/// <param name="Encoder">Writes its wire format.</param>
/// <param name="When">Condition on the ECS document; null: the sink gets every event.</param>
internal sealed record EnrichedSink(string Name, SinkEncoder Encoder, Condition? When);

/// <summary>A source entry of the pipeline.</summary>
/// <param name="Name">Name in the pipeline.</param>
/// <param name="Format">Its format; null for auto.</param>
internal sealed record SourceFormat(string Name, FormatPlan? Format);
