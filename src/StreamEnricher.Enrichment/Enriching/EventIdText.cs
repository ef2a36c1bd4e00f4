namespace StreamEnricher.Enrichment.Enriching;

/// <summary>The text of an event id: 32 lower-case hex digits, most significant first (contract §3).</summary>
internal static class EventIdText
{
    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>Writes exactly 32 bytes.</summary>
    public static void Write(UInt128 id, Span<byte> destination)
    {
        Half((ulong)(id >> 64), destination[..16]);
        Half((ulong)id, destination[16..32]);
    }

    private static void Half(ulong value, Span<byte> destination)
    {
        for (var i = 15; i >= 0; i--)
        {
            destination[i] = Digits[(int)(value & 15)];
            value >>= 4;
        }
    }
}
