using System.Runtime.CompilerServices;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Reloading;

/// <summary>An enricher that follows reloads: each batch is enriched by one version of the pipeline from its first event to its last. Thread-safe.</summary>
/// <param name="current">The pipeline.</param>
/// <param name="make">Makes the enricher of a version; asked once for each.</param>
internal sealed class FollowingEnricher(CurrentPipeline current, Func<PipelineVersion, EventEnricher> make)
{
    private readonly ConditionalWeakTable<PipelineVersion, EventEnricher> _enrichers = [];

    /// <summary>Makes the enricher of a version before its first batch comes.</summary>
    /// <exception cref="Composition.CompositionException">The version has none; the message is for the operator.</exception>
    public void Prepare(PipelineVersion version) => _enrichers.GetValue(version, version => make(version));

    /// <inheritdoc cref="BatchEnricher" />
    public async ValueTask<EnrichedBatch> EnrichAsync(EventBatch batch, CancellationToken cancellation)
    {
        while (true)
        {
            var version = current.Version;

            // An enricher that fails lets go of the batch, which is needed once more then.
            batch.AddReference();
            try
            {
                var enriched = await _enrichers.GetValue(version, version => make(version)).EnrichAsync(batch, cancellation);
                batch.Release();
                return enriched;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && current.Version != version)
            {
                // The attribution service that it waited for is gone with its version.
                continue;
            }
            catch
            {
                batch.Release();
                throw;
            }
        }
    }
}
