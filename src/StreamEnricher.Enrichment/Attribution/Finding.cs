using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>What one look of one provider found. Interned: the same input finds the same instance as long as its cache holds it.</summary>
internal sealed class Finding
{
    private static long _last;

    public Finding(IReadOnlyList<Evidence> evidence, IReadOnlyList<ThreatActor>? actors = null)
    {
        Evidence = evidence;
        Actors = actors ?? [];
        HasTechnique = evidence.Any(item => item.Techniques.Count > 0);
        Id = Interlocked.Increment(ref _last);
    }

    public Finding(Evidence evidence)
        : this([evidence])
    {
    }

    /// <summary>The same question was answered: there is nothing.</summary>
    public static Finding Nothing { get; } = new([]);

    /// <summary>Names this instance in the key of the cache of finished attributions; reaches no document.</summary>
    public long Id { get; }

    /// <summary>Evidence in the provider's order; empty when it found nothing.</summary>
    public IReadOnlyList<Evidence> Evidence { get; }

    /// <summary>Groups that a service named.</summary>
    public IReadOnlyList<ThreatActor> Actors { get; }

    /// <summary>Some evidence names a technique.</summary>
    public bool HasTechnique { get; }

    /// <summary>Neither evidence nor groups.</summary>
    public bool IsEmpty => Evidence.Count == 0 && Actors.Count == 0;
}
