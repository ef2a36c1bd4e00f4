using System.Buffers.Binary;

namespace StreamEnricher.Kafka.Producing;

/// <summary>The header <c>event_id</c>: 32 lower-case hex digits of the event id in big-endian order.</summary>
internal static class EventIdHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "event_id";

    /// <summary>The header's value.</summary>
    public static byte[] Value(UInt128 eventId)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, eventId);
        var digits = new byte[32];
        Convert.TryToHexStringLower(bytes, digits, out _);
        return digits;
    }
}
