using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Reloading;

/// <summary>One state of a pipeline's files. It never changes: a reload puts another in its place. Compared by reference.</summary>
/// <param name="options">What the pipeline file says.</param>
/// <param name="plan">What was loaded for it.</param>
internal sealed class PipelineVersion(PipelineOptions options, EnrichmentPlan plan)
{
    /// <summary>What the pipeline file says.</summary>
    public PipelineOptions Options => options;

    /// <summary>Formats and attribution, loaded.</summary>
    public EnrichmentPlan Plan => plan;
}
