using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>What the encoder knows of one output batch: which shared objects are in it, and memory for the event at hand. Made once a batch.</summary>
internal sealed class StixBatchState(StixTechniques techniques)
{
    private readonly bool[] _sent = new bool[techniques.Count];

    /// <summary>The producer's identity and the marking are in the batch.</summary>
    public bool HasProducer { get; set; }

    /// <summary>MITRE's identity and marking are in the batch.</summary>
    public bool HasMitre { get; set; }

    /// <summary>Techniques of the event, with their confidence from 0 to 100.</summary>
    public List<(StixTechnique Technique, int Confidence)> Techniques { get; } = [];

    /// <summary>Kill chain phases of the event, by place in <see cref="StixTechniques.Phases"/>.</summary>
    public bool[] Phases { get; } = new bool[techniques.Phases.Length];

    /// <summary>Indicators that the event has so far: one value may come in several spellings.</summary>
    public List<Guid> Indicators { get; } = [];

    /// <summary>Time of the event as text.</summary>
    public byte[] Time { get; } = new byte[TimestampFormatter.MaxLength];

    /// <summary>Canonical value of the indicator at hand.</summary>
    public byte[] Value { get; } = new byte[CanonicalValue.MaxLength];

    /// <summary>Its pattern.</summary>
    public byte[] Pattern { get; } = new byte[(CanonicalValue.MaxLength * 2) + 64];

    /// <summary>What an id is made of: room for a pattern and 256 bytes.</summary>
    public byte[] IdInput { get; } = new byte[(CanonicalValue.MaxLength * 2) + 64 + 256];

    /// <summary>The last day of an event that was written as text.</summary>
    public DayCache EventDay;

    /// <summary>The last day that an indicator's validity ended.</summary>
    public DayCache EndDay;

    /// <summary>Starts over with the techniques of an object.</summary>
    public void ClearTechniques()
    {
        Techniques.Clear();
        Array.Clear(Phases);
    }

    /// <summary>Adds a technique that objects are to name.</summary>
    public void NoteTechnique(StixTechnique technique, int confidence)
    {
        Techniques.Add((technique, confidence));
        foreach (var phase in technique.Phases)
        {
            Phases[phase] = true;
        }
    }

    /// <summary>Notes that a technique's object is in the batch; false when it was already.</summary>
    public bool Add(StixTechnique technique)
    {
        if (_sent[technique.Index])
        {
            return false;
        }

        return _sent[technique.Index] = true;
    }
}
