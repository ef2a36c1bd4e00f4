using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>An event whose attribution waits for answers. Holds nothing of the event's buffer.</summary>
internal sealed class PendingAttribution
{
    private readonly Attributor _attributor;
    private readonly Finding[] _findings;
    private readonly PendingLookup[] _lookups;
    private readonly int _confidence;
    private readonly bool _degraded;

    public PendingAttribution(Attributor attributor, AttributionScratch scratch, IReadOnlyCollection<PendingLookup> lookups)
    {
        _attributor = attributor;
        _findings = scratch.Findings.ToArray();
        _lookups = [.. lookups];
        _confidence = scratch.Confidence;
        _degraded = scratch.Degraded;
    }

    /// <summary>Waits for the answers.</summary>
    /// <param name="counts">Receives what the answers hold; used after the last wait only, by the thread that the call resumes on.</param>
    /// <param name="cancellation">Ends the wait; the answers still reach the cache.</param>
    /// <returns>The attribution; marked as degraded when an answer could not be had.</returns>
    public async Task<RenderedAttribution> CompleteAsync(AttributionCounts counts, CancellationToken cancellation)
    {
        foreach (var lookup in _lookups)
        {
            await lookup.Answer.WaitAsync(cancellation).ConfigureAwait(false);
        }

        var degraded = _degraded;
        var merged = new List<Finding>(_findings.Length + _lookups.Length);
        var taken = 0;
        foreach (var lookup in _lookups)
        {
            for (; taken < lookup.Position; taken++)
            {
                Add(merged, _findings[taken]);
            }

            if (await lookup.Answer.ConfigureAwait(false) is { } finding)
            {
                counts.Service += finding.Evidence.Count;
                Add(merged, finding);
            }
            else
            {
                counts.ServiceFailed++;
                degraded = true;
            }
        }

        for (; taken < _findings.Length; taken++)
        {
            Add(merged, _findings[taken]);
        }

        counts.Degraded += degraded ? 1 : 0;
        return _attributor.Finish([.. merged], _confidence, degraded);
    }

    private static void Add(List<Finding> findings, Finding finding)
    {
        if (!finding.IsEmpty && !findings.Contains(finding))
        {
            findings.Add(finding);
        }
    }
}
