namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Where an event came from: topic, partition, offset.</summary>
internal static class KafkaPosition
{
    /// <summary>Appends the three members to an object that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer) =>
        Write("\"topic\":"u8, "\"partition\":"u8, "\"offset\":"u8, normalized, writer);

    /// <summary>Appends the three members under other names.</summary>
    public static void Write(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> partition, ReadOnlySpan<byte> offset, in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Comma();
        writer.Append(topic);
        Topic(normalized, writer);
        writer.Comma();
        writer.Append(partition);
        writer.Append(normalized.Batch.Lease(normalized.Record).Partition);
        writer.Comma();
        writer.Append(offset);
        writer.Append(normalized.Batch.Records[normalized.Record].Offset);
    }

    /// <summary>The topic as a JSON string. Kafka allows letters, digits, dot, dash and underscore only: nothing to escape.</summary>
    public static void Topic(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var prefix = normalized.Batch.Lease(normalized.Record).IdentityPrefix.Span;
        writer.Append((byte)'"');
        writer.Append(prefix[..^(1 + sizeof(int))]);
        writer.Append((byte)'"');
    }
}
