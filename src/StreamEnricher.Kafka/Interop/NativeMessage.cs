using System.Runtime.InteropServices;

namespace StreamEnricher.Kafka.Interop;

/// <summary>rd_kafka_message_t of rdkafka.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    /// <summary>Error code of a partition that has been read to its end.</summary>
    public const int PartitionEof = -191;

    /// <summary>0 for a record.</summary>
    public int Error;

    /// <summary>rd_kafka_topic_t.</summary>
    public nint Topic;

    /// <summary>Partition.</summary>
    public int Partition;

    /// <summary>Value, or an error's text; null for a tombstone.</summary>
    public byte* Value;

    /// <summary>Bytes of <see cref="Value"/>.</summary>
    public nint ValueLength;

    /// <summary>Key; null for none.</summary>
    public byte* Key;

    /// <summary>Bytes of <see cref="Key"/>.</summary>
    public nint KeyLength;

    /// <summary>Offset.</summary>
    public long Offset;

    /// <summary>Not ours.</summary>
    public nint Private;
}
