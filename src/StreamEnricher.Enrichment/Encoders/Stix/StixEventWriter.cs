using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Writes the objects of one event.</summary>
internal readonly ref struct StixEventWriter
{
    /// <summary>The last second of the year 9999; a validity beyond it is left open.</summary>
    private const long LastSecond = 253_402_300_799;

    private const int TimeLength = 24;

    private readonly NormalizedEvent _event;
    private readonly StixBatchState _state;
    private readonly StixProducer _producer;
    private readonly StixObjectWriter _objects;
    private readonly int _confidence;

    public StixEventWriter(in NormalizedEvent normalized, EncodedBatch output, StixBatchState state, StixProducer producer, bool keyed)
    {
        _event = normalized;
        _state = state;
        _producer = producer;
        _objects = new StixObjectWriter(normalized.Scratch.Output, output, state, producer, keyed, normalized.Record);
        _confidence = StixConfidence.Of(normalized.Attribution.Attribution, normalized.Severity);
    }

    private ReadOnlySpan<byte> Time => _state.Time.AsSpan(0, TimeLength);

    /// <summary>Prepares what all the event's indicators have in common, and writes the shared objects that the batch does not have yet.</summary>
    public void Start(StixTechniques techniques)
    {
        _state.Indicators.Clear();
        _state.ClearTechniques();
        TimestampFormatter.WriteMilliseconds(_event.Seconds, _event.Nanoseconds, _state.Time, ref _state.EventDay);
        _objects.ShareProducer();

        // By index: the enumerator of an interface is an allocation.
        var scores = _event.Attribution.Attribution.Techniques;
        for (var i = 0; i < scores.Count; i++)
        {
            var score = scores[i];

            // Attributions are of the same release, so each technique is known.
            if (techniques.Find(score.Id) is { } technique)
            {
                _state.NoteTechnique(technique, StixConfidence.Of(score.Confidence));
                _objects.ShareTechnique(technique);
            }
        }
    }

    /// <summary>Writes the indicator of a value, its relationships and its sighting; nothing when the event had the value already.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value in its canonical spelling.</param>
    /// <param name="phases">Kill chain phases by place.</param>
    public void Write(StixKind kind, ReadOnlySpan<byte> value, byte[][] phases)
    {
        var pattern = _state.Pattern.AsSpan(0, kind.WritePattern(value, _state.Pattern));
        var input = new StixIdInput(_state.IdInput, "indicator"u8);
        input.Add(_event.EventId);
        input.Add(pattern);
        var uuid = input.Uuid();
        if (_state.Indicators.Contains(uuid))
        {
            return;
        }

        _state.Indicators.Add(uuid);
        Span<byte> buffer = stackalloc byte[64];
        Span<byte> until = stackalloc byte[TimestampFormatter.MaxLength];
        var id = StixObjectWriter.Id("indicator--"u8, uuid, buffer);
        var end = _event.Seconds + kind.Lifetime;
        var written = kind.Lifetime > 0 && end <= LastSecond ? TimestampFormatter.WriteMilliseconds(end, _event.Nanoseconds, until, ref _state.EndDay) : 0;
        _objects.Indicator(
            new StixIndicator
            {
                Id = id,
                Kind = kind,
                Value = value,
                Pattern = pattern,
                Created = Time,
                Modified = Time,
                ValidUntil = until[..written],
                Severity = _event.Severity,
                Confidence = _confidence,
            },
            phases);
        foreach (var (technique, confidence) in _state.Techniques)
        {
            _objects.Indicates(id, technique, confidence, Time);
        }

        Sighting(id);
    }

    private void Sighting(ReadOnlySpan<byte> indicator)
    {
        var input = new StixIdInput(_state.IdInput, "sighting"u8);
        input.Add(indicator);
        input.Add(_producer.Identity.Id);
        input.Add(Time);
        Span<byte> buffer = stackalloc byte[64];
        _objects.Sighting(new StixSighting
        {
            Id = StixObjectWriter.Id("sighting--"u8, input.Uuid(), buffer),
            Indicator = indicator,
            Time = Time,
            First = Time,
            Last = Time,
            Count = 1,
            Confidence = _confidence,
        });
    }
}
