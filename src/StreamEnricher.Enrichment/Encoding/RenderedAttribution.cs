using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Enrichment.Encoding;

/// <summary>An attribution with its JSON for each output, made once and copied into every event that has it.</summary>
internal sealed class RenderedAttribution
{
    /// <param name="attribution">What was found.</param>
    /// <param name="catalogue">The ATT&amp;CK release that its ids are of.</param>
    public RenderedAttribution(Core.Attribution.Attribution attribution, AttackCatalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        Attribution = attribution;
    }

    /// <summary>What was found.</summary>
    public Core.Attribution.Attribution Attribution { get; }
}
