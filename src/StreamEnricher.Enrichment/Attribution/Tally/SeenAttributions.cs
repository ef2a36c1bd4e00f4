using System.Runtime.InteropServices;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Attribution.Tally;

/// <summary>What one worker found in the batch that it works on. Events with the same evidence share one attribution, so an event costs one look and no memory.</summary>
internal sealed class SeenAttributions
{
    private readonly Dictionary<RenderedAttribution, Sighting> _seen = [];

    /// <summary>The attributions with techniques, each once.</summary>
    public Dictionary<RenderedAttribution, Sighting>.Enumerator GetEnumerator() => _seen.GetEnumerator();

    /// <summary>Nothing was found.</summary>
    public bool IsEmpty => _seen.Count == 0;

    /// <summary>Counts the attribution of one event, if it has techniques.</summary>
    /// <param name="attribution">What was found.</param>
    /// <param name="record">Index of the event in its batch.</param>
    public void Note(RenderedAttribution attribution, int record)
    {
        if (attribution.Attribution.Techniques.Count > 0)
        {
            ref var sighting = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, attribution, out _);
            sighting.Events++;
            sighting.Record = record;
        }
    }

    /// <summary>Forgets the batch.</summary>
    public void Clear() => _seen.Clear();

    /// <summary>One attribution in one batch.</summary>
    internal struct Sighting
    {
        /// <summary>Events that have it.</summary>
        public int Events;

        /// <summary>Index of the last of them.</summary>
        public int Record;
    }
}
