using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Writes STIX objects as items of a batch. What they say of techniques is what <see cref="StixBatchState.Techniques"/> and <see cref="StixBatchState.Phases"/> hold.</summary>
/// <param name="writer">Memory.</param>
/// <param name="output">Gets the items.</param>
/// <param name="state">What the batch has already.</param>
/// <param name="producer">Who makes the objects.</param>
/// <param name="keyed">Each item has its object's id as key; otherwise each ends in a line feed.</param>
/// <param name="record">The record that the items are of.</param>
/// <param name="shared">The objects are of no single event.</param>
internal readonly ref struct StixObjectWriter(Utf8Writer writer, EncodedBatch output, StixBatchState state, StixProducer producer, bool keyed, int record, bool shared = false)
{
    private const int IdLength = 64;

    /// <summary>Writes an id.</summary>
    /// <param name="prefix">The type and two hyphens.</param>
    /// <param name="uuid">The UUID.</param>
    /// <param name="destination">64 bytes.</param>
    public static ReadOnlySpan<byte> Id(ReadOnlySpan<byte> prefix, Guid uuid, Span<byte> destination)
    {
        prefix.CopyTo(destination);
        uuid.TryFormat(destination[prefix.Length..], out var written);
        return destination[..(prefix.Length + written)];
    }

    /// <summary>Writes marking and identity unless the batch has them.</summary>
    public void ShareProducer()
    {
        if (!state.HasProducer)
        {
            state.HasProducer = true;
            Share(producer.Marking);
            Share(producer.Identity);
        }
    }

    /// <summary>Writes an attack-pattern with what it refers to unless the batch has it.</summary>
    public void ShareTechnique(StixTechnique technique)
    {
        if (!state.HasMitre)
        {
            state.HasMitre = true;
            Share(MitreObjects.Identity);
            Share(MitreObjects.Marking);
        }

        if (state.Add(technique))
        {
            Share(technique.Object);
        }
    }

    /// <summary>Writes an indicator.</summary>
    public void Indicator(in StixIndicator indicator, byte[][] phases)
    {
        Open("{\"type\":\"indicator\""u8, indicator.Id, indicator.Created, indicator.Modified);
        writer.Append(",\"name\":"u8);
        writer.AppendString(indicator.Value);
        Description(indicator);
        writer.Append(indicator.Confidence < StixConfidence.Malicious ? ",\"indicator_types\":[\"anomalous-activity\"]"u8 : ",\"indicator_types\":[\"malicious-activity\"]"u8);
        writer.Append(",\"pattern\":"u8);
        writer.AppendString(indicator.Pattern);
        writer.Append(",\"pattern_type\":\"stix\",\"pattern_version\":\"2.1\",\"valid_from\":\""u8);
        writer.Append(indicator.Created);
        if (!indicator.ValidUntil.IsEmpty)
        {
            writer.Append("\",\"valid_until\":\""u8);
            writer.Append(indicator.ValidUntil);
        }

        writer.Append("\",\"confidence\":"u8);
        writer.Append(indicator.Confidence);
        Techniques(indicator.Severity, phases);
        writer.Append(producer.MarkedBy);

        // OpenCTI's extension: without it every indicator scores 50 there and is of type Unknown. Others ignore it.
        writer.Append(",\"extensions\":{\"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba\":{\"extension_type\":\"property-extension\",\"score\":"u8);
        writer.Append(indicator.Confidence);
        writer.Append(",\"main_observable_type\":\""u8);
        writer.Append(indicator.Kind.OpenCtiType);
        writer.Append("\",\"detection\":true}}}"u8);
        Close(indicator.Id, shared);
    }

    /// <summary>Writes the relationship from an indicator to a technique.</summary>
    /// <param name="indicator">Id of the indicator.</param>
    /// <param name="technique">The technique.</param>
    /// <param name="confidence">0 to 100.</param>
    /// <param name="time">Its created and modified.</param>
    public void Indicates(ReadOnlySpan<byte> indicator, StixTechnique technique, int confidence, ReadOnlySpan<byte> time)
    {
        var input = new StixIdInput(state.IdInput, "relationship"u8);
        input.Add("indicates"u8);
        input.Add(indicator);
        input.Add(technique.Object.Id);
        Span<byte> buffer = stackalloc byte[IdLength];
        var id = Id("relationship--"u8, input.Uuid(), buffer);
        Open("{\"type\":\"relationship\""u8, id, time, time);
        writer.Append(",\"relationship_type\":\"indicates\",\"source_ref\":\""u8);
        writer.Append(indicator);
        writer.Append("\",\"target_ref\":\""u8);
        writer.Append(technique.Object.Id);
        writer.Append("\",\"confidence\":"u8);
        writer.Append(confidence);
        writer.Append(producer.MarkedBy);
        writer.Append((byte)'}');
        Close(id, shared);
    }

    /// <summary>Writes a sighting.</summary>
    public void Sighting(in StixSighting sighting)
    {
        Open("{\"type\":\"sighting\""u8, sighting.Id, sighting.Time, sighting.Time);
        writer.Append(",\"first_seen\":\""u8);
        writer.Append(sighting.First);
        writer.Append("\",\"last_seen\":\""u8);
        writer.Append(sighting.Last);
        writer.Append("\",\"count\":"u8);
        writer.Append(sighting.Count);
        writer.Append(",\"sighting_of_ref\":\""u8);
        writer.Append(sighting.Indicator);
        writer.Append(producer.SightedBy);
        writer.Append(",\"confidence\":"u8);
        writer.Append(sighting.Confidence);
        writer.Append(producer.MarkedBy);
        writer.Append((byte)'}');
        Close(sighting.Id, shared);
    }

    /// <summary>One sentence, the same on every replay: what the value was, how bad the event, which techniques.</summary>
    private void Description(in StixIndicator indicator)
    {
        writer.Append(",\"description\":\""u8);
        writer.Append(indicator.Kind.Noun);
        writer.Append(" on the attacker's side of a detection of "u8);
        writer.Append(SeverityWords.Token(indicator.Severity)[1..^1]);
        writer.Append(" severity"u8);
        var separator = ", attributed to "u8;
        foreach (var (technique, _) in state.Techniques)
        {
            writer.Append(separator);
            writer.Append(technique.Title);
            separator = ", "u8;
        }

        writer.Append(".\""u8);
    }

    /// <summary>Labels, and what the techniques bring: kill chain phases and references.</summary>
    private void Techniques(int severity, byte[][] phases)
    {
        writer.Append(",\"labels\":["u8);
        writer.Append(SeverityWords.Token(severity));
        foreach (var (technique, _) in state.Techniques)
        {
            writer.Append((byte)',');
            writer.Append(technique.Label);
        }

        writer.Append((byte)']');
        if (state.Phases.AsSpan().Contains(true))
        {
            writer.Append(",\"kill_chain_phases\":["u8);
            for (var i = 0; i < phases.Length; i++)
            {
                if (state.Phases[i])
                {
                    writer.Comma();
                    writer.Append(phases[i]);
                }
            }

            writer.Append((byte)']');
        }

        if (state.Techniques.Count > 0)
        {
            writer.Append(",\"external_references\":["u8);
            foreach (var (technique, _) in state.Techniques)
            {
                writer.Comma();
                writer.Append(technique.Reference);
            }

            writer.Append((byte)']');
        }
    }

    /// <summary>Starts an item: the key, and the members that every object has.</summary>
    private void Open(ReadOnlySpan<byte> type, ReadOnlySpan<byte> id, ReadOnlySpan<byte> created, ReadOnlySpan<byte> modified)
    {
        writer.Attach(output);
        if (keyed)
        {
            writer.Append(id);
        }

        writer.Append(type);
        writer.Append(",\"spec_version\":\"2.1\",\"id\":\""u8);
        writer.Append(id);
        writer.Append("\",\"created\":\""u8);
        writer.Append(created);
        writer.Append("\",\"modified\":\""u8);
        writer.Append(modified);
        writer.Append(producer.CreatedBy);
    }

    private void Close(ReadOnlySpan<byte> id, bool isShared)
    {
        if (!keyed)
        {
            writer.Append((byte)'\n');
        }

        var key = keyed ? id.Length : 0;
        output.Commit(record, writer.Written - key, key, isShared);
        writer.Detach();
    }

    private void Share(StixObject one)
    {
        writer.Attach(output);
        if (keyed)
        {
            writer.Append(one.Id);
        }

        writer.Append(one.Json);
        Close(one.Id, isShared: true);
    }
}
