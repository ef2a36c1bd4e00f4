using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Composition;

/// <summary>Which format events from standard input have.</summary>
internal static class StdinSource
{
    private const string Name = "stdin";

    /// <summary>The named source entry; without a name the only one of the pipeline, else one whose events are recognised one by one.</summary>
    public static SourceFormat Choose(EnrichmentPlan plan, string? name)
    {
        var sources = plan.Sources();
        return name is not null ? sources.First(source => source.Name == name)
            : sources.Count == 1 ? sources[0]
            : new SourceFormat(Name, null);
    }
}
