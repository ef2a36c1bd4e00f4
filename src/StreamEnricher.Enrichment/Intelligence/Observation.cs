using System.Buffers.Binary;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>One value of the attacker's in one event, on its way from the encoder to the aggregator.</summary>
/// <remarks>
/// Time (int64, milliseconds since 1970), severity, confidence, number of techniques, each with its index in the release (uint16) and confidence, then the key: the kind's
/// code and the canonical value. Little-endian; it never leaves the process.
/// </remarks>
internal readonly ref struct Observation
{
    /// <summary>Most techniques that are kept of an event.</summary>
    public const int MaxTechniques = 64;

    private const int Head = sizeof(long) + 3;
    private const int TechniqueLength = sizeof(ushort) + 1;
    private readonly ReadOnlySpan<byte> _bytes;

    public Observation(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Event time, milliseconds since 1970-01-01 UTC.</summary>
    public long Time => BinaryPrimitives.ReadInt64LittleEndian(_bytes);

    /// <summary>0 to 100.</summary>
    public int Severity => _bytes[sizeof(long)];

    /// <summary>0 to 100.</summary>
    public int Confidence => _bytes[sizeof(long) + 1];

    /// <summary>Number of techniques.</summary>
    public int Techniques => _bytes[sizeof(long) + 2];

    /// <summary>The kind's code and the canonical value.</summary>
    public ReadOnlySpan<byte> Key => _bytes[(Head + (Techniques * TechniqueLength))..];

    /// <summary>Bytes that an observation takes.</summary>
    public static int LengthOf(int techniques, int value) => Head + (techniques * TechniqueLength) + 1 + value;

    /// <summary>A technique: its index in the release and its confidence.</summary>
    public (int Index, int Confidence) Technique(int place)
    {
        var at = Head + (place * TechniqueLength);
        return (BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]), _bytes[at + sizeof(ushort)]);
    }

    /// <summary>Writes an observation into <see cref="LengthOf"/> bytes.</summary>
    public static void Write(
        Span<byte> destination, long time, int severity, int confidence, ReadOnlySpan<(int Index, int Confidence)> techniques, StixKind kind, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, time);
        destination[sizeof(long)] = (byte)severity;
        destination[sizeof(long) + 1] = (byte)confidence;
        destination[sizeof(long) + 2] = (byte)techniques.Length;
        var at = Head;
        foreach (var (index, score) in techniques)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[at..], (ushort)index);
            destination[at + sizeof(ushort)] = (byte)score;
            at += TechniqueLength;
        }

        destination[at++] = kind.Code;
        value.CopyTo(destination[at..]);
    }
}
