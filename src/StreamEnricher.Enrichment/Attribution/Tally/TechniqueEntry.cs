using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution.Tally;

/// <summary>The running figures of one technique. Its owner's lock guards it.</summary>
internal sealed class TechniqueEntry
{
    /// <summary>Evidence that is kept.</summary>
    public const int MostEvidence = 3;

    /// <summary>Samples that are kept.</summary>
    public const int MostSamples = 4;

    private readonly Evidence?[] _evidence = new Evidence?[MostEvidence];
    private readonly DateTimeOffset _firstSeen;
    private DateTimeOffset _lastSeen;
    private double _confidence;
    private int _nextEvidence;

    /// <param name="id">T1059 or T1059.001.</param>
    /// <param name="first">When it was first seen.</param>
    public TechniqueEntry(string id, DateTimeOffset first) => (Id, _firstSeen, _lastSeen) = (id, first, first);

    /// <summary>T1059 or T1059.001.</summary>
    public string Id { get; }

    /// <summary>Events so far.</summary>
    public long Events { get; private set; }

    /// <summary>When the last sample was taken, as a timestamp of the clock; null for none.</summary>
    public long? SampledAt { get; set; }

    /// <summary>Samples, oldest first.</summary>
    public Queue<TechniqueSample> Samples { get; } = new(MostSamples);

    /// <summary>Adds the events of one attribution.</summary>
    public void Add(int events, double confidence, DateTimeOffset now)
    {
        Events += events;
        _confidence = Math.Max(_confidence, confidence);
        _lastSeen = now;
    }

    /// <summary>Keeps what speaks for the technique, unless it is kept already.</summary>
    public void Keep(IReadOnlyList<Evidence> evidence)
    {
        for (var i = 0; i < evidence.Count; i++)
        {
            if (Names(evidence[i]) && !IsKept(evidence[i]))
            {
                _evidence[_nextEvidence] = evidence[i];
                _nextEvidence = (_nextEvidence + 1) % MostEvidence;
            }
        }
    }

    /// <summary>How it stands.</summary>
    public TechniqueSeen Snapshot()
    {
        var newestFirst = Enumerable.Range(1, MostEvidence).Select(back => _evidence[(_nextEvidence - back + MostEvidence) % MostEvidence]);
        return new TechniqueSeen(Id, Events, _confidence, _firstSeen, _lastSeen, [.. newestFirst.OfType<Evidence>()]);
    }

    private bool Names(Evidence one)
    {
        for (var i = 0; i < one.Techniques.Count; i++)
        {
            if (one.Techniques[i] == Id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same rule on the same value says nothing new, though another cache may have made the object.</summary>
    private bool IsKept(Evidence one)
    {
        foreach (var kept in _evidence)
        {
            if (ReferenceEquals(kept, one)
                || (kept is not null && kept.Provider == one.Provider && kept.Field == one.Field && kept.Value == one.Value && kept.Rule?.Id == one.Rule?.Id && kept.Rule?.Name == one.Rule?.Name))
            {
                return true;
            }
        }

        return false;
    }
}
