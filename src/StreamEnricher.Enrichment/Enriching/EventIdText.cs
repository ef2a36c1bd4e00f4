using System.Buffers.Binary;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>The text of an event id: 32 lower-case hex digits, most significant first (contract §3).</summary>
internal static class EventIdText
{
    /// <summary>Bytes of an id's text.</summary>
    public const int Length = 32;

    /// <summary>Writes exactly <see cref="Length"/> bytes.</summary>
    public static void Write(UInt128 id, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        _ = Convert.TryToHexStringLower(bytes, destination, out _);
    }
}
