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
    private readonly EncodedBatch _output;
    private readonly StixBatchState _state;
    private readonly StixProducer _producer;
    private readonly bool _keyed;
    private readonly int _confidence;

    public StixEventWriter(in NormalizedEvent normalized, EncodedBatch output, StixBatchState state, StixProducer producer, bool keyed)
    {
        _event = normalized;
        _output = output;
        _state = state;
        _producer = producer;
        _keyed = keyed;
        _confidence = StixConfidence.Of(normalized.Attribution.Attribution, normalized.Severity);
    }

    private Utf8Writer Writer => _event.Scratch.Output;

    private ReadOnlySpan<byte> Time => _state.Time.AsSpan(0, TimeLength);

    /// <summary>Prepares what all the event's indicators have in common, and writes the shared objects that the batch does not have yet.</summary>
    public void Start(StixTechniques techniques)
    {
        _state.Indicators.Clear();
        _state.Techniques.Clear();
        Array.Clear(_state.Phases);
        TimestampFormatter.WriteMilliseconds(_event.Seconds, _event.Nanoseconds, _state.Time, ref _state.EventDay);
        if (!_state.HasProducer)
        {
            _state.HasProducer = true;
            Share(_producer.Marking);
            Share(_producer.Identity);
        }

        // By index: the enumerator of an interface is an allocation.
        var scores = _event.Attribution.Attribution.Techniques;
        for (var i = 0; i < scores.Count; i++)
        {
            var score = scores[i];

            // Attributions are of the same release, so each technique is known.
            if (techniques.Find(score.Id) is not { } technique)
            {
                continue;
            }

            _state.Techniques.Add((technique, StixConfidence.Of(score.Confidence)));
            foreach (var phase in technique.Phases)
            {
                _state.Phases[phase] = true;
            }

            if (!_state.HasMitre)
            {
                _state.HasMitre = true;
                Share(MitreObjects.Identity);
                Share(MitreObjects.Marking);
            }

            if (_state.Add(technique))
            {
                Share(technique.Object);
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
        var id = Id("indicator--"u8, uuid, buffer);
        Indicator(id, kind, value, pattern, phases);
        foreach (var (technique, confidence) in _state.Techniques)
        {
            Indicates(id, technique, confidence);
        }

        Sighting(id);
    }

    private static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> prefix, Guid uuid, Span<byte> destination)
    {
        prefix.CopyTo(destination);
        uuid.TryFormat(destination[prefix.Length..], out var written);
        return destination[..(prefix.Length + written)];
    }

    private void Indicator(ReadOnlySpan<byte> id, StixKind kind, ReadOnlySpan<byte> value, ReadOnlySpan<byte> pattern, byte[][] phases)
    {
        var writer = Writer;
        Open("{\"type\":\"indicator\""u8, id);
        writer.Append(",\"name\":"u8);
        writer.AppendString(value);
        Description(kind);
        writer.Append(_confidence < StixConfidence.Malicious ? ",\"indicator_types\":[\"anomalous-activity\"]"u8 : ",\"indicator_types\":[\"malicious-activity\"]"u8);
        writer.Append(",\"pattern\":"u8);
        writer.AppendString(pattern);
        writer.Append(",\"pattern_type\":\"stix\",\"pattern_version\":\"2.1\",\"valid_from\":\""u8);
        writer.Append(Time);
        var end = _event.Seconds + kind.Lifetime;
        if (kind.Lifetime > 0 && end <= LastSecond)
        {
            writer.Append("\",\"valid_until\":\""u8);
            writer.Advance(TimestampFormatter.WriteMilliseconds(end, _event.Nanoseconds, writer.Free(TimestampFormatter.MaxLength), ref _state.EndDay));
        }

        writer.Append("\",\"confidence\":"u8);
        writer.Append(_confidence);
        Techniques(phases);
        writer.Append(_producer.MarkedBy);

        // OpenCTI's extension: without it every indicator scores 50 there and is of type Unknown. Others ignore it.
        writer.Append(",\"extensions\":{\"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba\":{\"extension_type\":\"property-extension\",\"score\":"u8);
        writer.Append(_confidence);
        writer.Append(",\"main_observable_type\":\""u8);
        writer.Append(kind.OpenCtiType);
        writer.Append("\",\"detection\":true}}}"u8);
        Close(id);
    }

    /// <summary>One sentence, the same on every replay: what the value was, how bad the event, which techniques.</summary>
    private void Description(StixKind kind)
    {
        var writer = Writer;
        writer.Append(",\"description\":\""u8);
        writer.Append(kind.Noun);
        writer.Append(" on the attacker's side of a detection of "u8);
        writer.Append(SeverityWords.Token(_event.Severity)[1..^1]);
        writer.Append(" severity"u8);
        var separator = ", attributed to "u8;
        foreach (var (technique, _) in _state.Techniques)
        {
            writer.Append(separator);
            writer.Append(technique.Title);
            separator = ", "u8;
        }

        writer.Append(".\""u8);
    }

    /// <summary>Labels, and what the techniques bring: kill chain phases and references.</summary>
    private void Techniques(byte[][] phases)
    {
        var writer = Writer;
        writer.Append(",\"labels\":["u8);
        writer.Append(SeverityWords.Token(_event.Severity));
        foreach (var (technique, _) in _state.Techniques)
        {
            writer.Append((byte)',');
            writer.Append(technique.Label);
        }

        writer.Append((byte)']');
        if (_state.Phases.AsSpan().Contains(true))
        {
            writer.Append(",\"kill_chain_phases\":["u8);
            for (var i = 0; i < phases.Length; i++)
            {
                if (_state.Phases[i])
                {
                    writer.Comma();
                    writer.Append(phases[i]);
                }
            }

            writer.Append((byte)']');
        }

        if (_state.Techniques.Count > 0)
        {
            writer.Append(",\"external_references\":["u8);
            foreach (var (technique, _) in _state.Techniques)
            {
                writer.Comma();
                writer.Append(technique.Reference);
            }

            writer.Append((byte)']');
        }
    }

    private void Indicates(ReadOnlySpan<byte> indicator, StixTechnique technique, int confidence)
    {
        var input = new StixIdInput(_state.IdInput, "relationship"u8);
        input.Add("indicates"u8);
        input.Add(indicator);
        input.Add(technique.Object.Id);
        Span<byte> buffer = stackalloc byte[64];
        var id = Id("relationship--"u8, input.Uuid(), buffer);
        var writer = Writer;
        Open("{\"type\":\"relationship\""u8, id);
        writer.Append(",\"relationship_type\":\"indicates\",\"source_ref\":\""u8);
        writer.Append(indicator);
        writer.Append("\",\"target_ref\":\""u8);
        writer.Append(technique.Object.Id);
        writer.Append("\",\"confidence\":"u8);
        writer.Append(confidence);
        writer.Append(_producer.MarkedBy);
        writer.Append((byte)'}');
        Close(id);
    }

    private void Sighting(ReadOnlySpan<byte> indicator)
    {
        var input = new StixIdInput(_state.IdInput, "sighting"u8);
        input.Add(indicator);
        input.Add(_producer.Identity.Id);
        input.Add(Time);
        Span<byte> buffer = stackalloc byte[64];
        var id = Id("sighting--"u8, input.Uuid(), buffer);
        var writer = Writer;
        Open("{\"type\":\"sighting\""u8, id);
        writer.Append(",\"first_seen\":\""u8);
        writer.Append(Time);
        writer.Append("\",\"last_seen\":\""u8);
        writer.Append(Time);
        writer.Append("\",\"count\":1,\"sighting_of_ref\":\""u8);
        writer.Append(indicator);
        writer.Append(_producer.SightedBy);
        writer.Append(",\"confidence\":"u8);
        writer.Append(_confidence);
        writer.Append(_producer.MarkedBy);
        writer.Append((byte)'}');
        Close(id);
    }

    /// <summary>Starts an item: the key, and the members that every object has.</summary>
    private void Open(ReadOnlySpan<byte> type, ReadOnlySpan<byte> id)
    {
        var writer = Writer;
        writer.Attach(_output);
        if (_keyed)
        {
            writer.Append(id);
        }

        writer.Append(type);
        writer.Append(",\"spec_version\":\"2.1\",\"id\":\""u8);
        writer.Append(id);
        writer.Append("\",\"created\":\""u8);
        writer.Append(Time);
        writer.Append("\",\"modified\":\""u8);
        writer.Append(Time);
        writer.Append(_producer.CreatedBy);
    }

    private void Close(ReadOnlySpan<byte> id, bool shared = false)
    {
        var writer = Writer;
        if (!_keyed)
        {
            writer.Append((byte)'\n');
        }

        var key = _keyed ? id.Length : 0;
        _output.Commit(_event.Record, writer.Written - key, key, shared);
        writer.Detach();
    }

    private void Share(StixObject shared)
    {
        Writer.Attach(_output);
        if (_keyed)
        {
            Writer.Append(shared.Id);
        }

        Writer.Append(shared.Json);
        Close(shared.Id, shared: true);
    }
}
