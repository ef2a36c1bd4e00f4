namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The members that the common event and the event of a HEC envelope share.</summary>
internal static class CommonEventWriter
{
    /// <summary>Appends event_id … source_service to an object that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var one = normalized.Case;
        writer.Append("\"event_id\":\""u8);
        writer.Append(normalized.EventId);
        writer.Append("\",\"timestamp\":"u8);
        writer.Append(normalized.Scratch.Time);
        writer.Append(",\"source\":"u8);
        TextPicker.WriteOrNull(one.Source, normalized, writer);
        writer.Append(",\"destination\":"u8);
        TextPicker.WriteOrNull(one.Destination, normalized, writer);
        writer.Append((byte)',');
        writer.Append(normalized.Attribution.CommonMembers);
        writer.Append(",\"related_indicators\":["u8);
        RelatedIndicatorWriter.Write(normalized, writer);
        writer.Append("],\"event_type\":"u8);
        TextPicker.Write(one.EventType, normalized, writer);
        writer.Append(",\"severity\":"u8);
        writer.Append(SeverityWords.Token(normalized.Severity));
        writer.Append(",\"description\":"u8);
        TextPicker.WriteOrNull(one.Description, normalized, writer);
        writer.Append(",\"source_service\":"u8);
        SourceService(normalized, writer);
    }

    /// <summary>The producer's own name of the service, else the topic.</summary>
    public static void SourceService(in NormalizedEvent normalized, Utf8Writer writer)
    {
        if (!TextPicker.Write(normalized.Case.SourceService, normalized, writer))
        {
            writer.Append(normalized.Lease.Topic);
        }
    }

    /// <summary>The event as its producer wrote it, unless it says nothing.</summary>
    public static void OriginalEvent(in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        if (options.KeepUnmapped && normalized.EventLength > 2)
        {
            writer.Comma();
            writer.Append("\"original_event\":"u8);
            writer.Append(normalized.Event);
        }
    }
}
