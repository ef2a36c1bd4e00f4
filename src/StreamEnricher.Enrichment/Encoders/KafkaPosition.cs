namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Where an event came from: topic, partition, offset.</summary>
internal static class KafkaPosition
{
    /// <summary>Appends the three members to an object that is open and empty.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Append(normalized.Lease.Position);
        writer.Append(normalized.Batch.Position(normalized.Record).Offset);
    }

    /// <summary>Appends them to other members as the indexed fields of a HEC envelope.</summary>
    public static void WriteIndexed(in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Append(normalized.Lease.IndexedPosition);
        writer.Append(normalized.Batch.Position(normalized.Record).Offset);
    }
}
