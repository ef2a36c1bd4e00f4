using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Attribution.Tally;

/// <summary>Which techniques were found since the start, how often, how surely, why, and in which events lately. Thread-safe.</summary>
/// <remarks>
/// Told once a batch by each worker. It allocates only for a technique that is new, and for one sample a technique and second. Bounded: figures by the number of
/// techniques, samples by their bytes.
/// </remarks>
/// <param name="maxBytes">Most bytes of samples.</param>
/// <param name="time">Clock of sightings and samples.</param>
internal sealed class TechniqueTally(long maxBytes, TimeProvider time)
{
    /// <summary>A larger value is not kept as a sample.</summary>
    public const int LargestSample = 64 << 10;

    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TechniqueEntry> _entries = new(StringComparer.Ordinal);
    private long _bytes;
    private long _taken;
    private long _version;

    /// <summary>Grows with every batch that had techniques.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Adds what was found in a batch, and forgets it there. The caller holds the batch.</summary>
    public void Add(SeenAttributions seen, EventBatch batch)
    {
        if (seen.IsEmpty)
        {
            return;
        }

        var (now, stamp) = (time.GetUtcNow(), time.GetTimestamp());
        lock (_gate)
        {
            foreach (var (rendered, sighting) in seen)
            {
                var attribution = rendered.Attribution;
                for (var i = 0; i < attribution.Techniques.Count; i++)
                {
                    var technique = attribution.Techniques[i];
                    if (!_entries.TryGetValue(technique.Id, out var entry))
                    {
                        _entries.Add(technique.Id, entry = new TechniqueEntry(technique.Id, now));
                    }

                    entry.Add(sighting.Events, technique.Confidence, now);
                    entry.Keep(attribution.Evidence);
                    if (entry.SampledAt is not { } sampled || time.GetElapsedTime(sampled, stamp) >= SampleInterval)
                    {
                        entry.SampledAt = stamp;
                        Sample(entry, batch, sighting.Record);
                    }
                }
            }
        }

        seen.Clear();
        Interlocked.Increment(ref _version);
    }

    /// <summary>All techniques that were seen, in the order of their ids.</summary>
    public IReadOnlyList<TechniqueSeen> All()
    {
        lock (_gate)
        {
            return [.. _entries.Values.OrderBy(static entry => entry.Id, StringComparer.Ordinal).Select(static entry => entry.Snapshot())];
        }
    }

    /// <summary>What was seen of one technique; null when it was not seen.</summary>
    public TechniqueSeen? Find(string id)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(id)?.Snapshot();
        }
    }

    /// <summary>The latest events of a technique that are kept, newest first.</summary>
    public IReadOnlyList<TechniqueSample> Samples(string id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out var entry) ? [.. entry.Samples.Reverse()] : [];
        }
    }

    private void Sample(TechniqueEntry entry, EventBatch batch, int index)
    {
        ref readonly var record = ref batch.Records[index];
        if (record.ValueLength is <= 0 or > LargestSample)
        {
            return;
        }

        var lease = batch.Lease(index);
        var sample = new TechniqueSample(++_taken, lease.Source, lease.Topic, lease.Partition, record.Offset, record.Timestamp, batch.Value(index).ToArray());
        if (entry.Samples.Count == TechniqueEntry.MostSamples)
        {
            _bytes -= entry.Samples.Dequeue().Value.Length;
        }

        entry.Samples.Enqueue(sample);
        _bytes += sample.Value.Length;
        while (_bytes > maxBytes)
        {
            DropOldest();
        }
    }

    /// <summary>Looks through all techniques: rare, and there are some hundred.</summary>
    private void DropOldest()
    {
        TechniqueEntry? oldest = null;
        foreach (var entry in _entries.Values)
        {
            if (entry.Samples.TryPeek(out var first) && (oldest is null || first.Taken < oldest.Samples.Peek().Taken))
            {
                oldest = entry;
            }
        }

        _bytes -= oldest!.Samples.Dequeue().Value.Length;
    }
}
