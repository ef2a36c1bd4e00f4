using System.Runtime.InteropServices;

namespace StreamEnricher.Core.Batches;

/// <summary>Where one Kafka record lies in its batch's slab, and where it came from.</summary>
/// <remarks>
/// In the slab a record is laid out as <c>topic, 0x00, partition (big-endian int32), offset (big-endian int64), value, LF</c>, so that the
/// identity is one hash over consecutive bytes and a scanner always finds a sentinel behind the value. Key and headers follow the LF.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct EventRecord
{
    /// <summary>Index of the first identity byte (the topic) in the slab.</summary>
    public int IdentityStart { get; init; }

    /// <summary>Index of the first value byte in the slab.</summary>
    public int ValueStart { get; init; }

    /// <summary>Length of the value in bytes; -1 for a tombstone (null value).</summary>
    public int ValueLength { get; init; }

    /// <summary>Length of the key in bytes; -1 for no key. The key starts one byte (the LF) behind the value.</summary>
    public int KeyLength { get; init; }

    /// <summary>Length of the encoded headers (see <see cref="RecordHeaders"/>), 0 for none. They follow the key.</summary>
    public int HeadersLength { get; init; }

    /// <summary>Index into <see cref="EventBatch.Ranges"/>.</summary>
    public int Range { get; init; }

    /// <summary>Kafka offset.</summary>
    public long Offset { get; init; }

    /// <summary>Kafka timestamp, milliseconds since 1970-01-01 UTC.</summary>
    public long Timestamp { get; init; }

    /// <summary>The event id (contract: XxHash128 of topic, partition, offset and value); set by the enricher.</summary>
    public UInt128 EventId { get; set; }
}
