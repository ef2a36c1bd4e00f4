using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>A name's length, first and last eight bytes: up to sixteen bytes this is the whole name, above it tells most names apart.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct NameKey
{
    private NameKey(ulong first, ulong last, int length)
    {
        First = first;
        Last = last;
        Length = length;
    }

    /// <summary>First eight bytes, little-endian; of a shorter name all of it, then zeros.</summary>
    public ulong First { get; }

    /// <summary>Last eight bytes, little-endian; of a shorter name the same as <see cref="First"/>.</summary>
    public ulong Last { get; }

    /// <summary>Length in bytes.</summary>
    public int Length { get; }

    /// <summary>The key of a name in a buffer.</summary>
    /// <param name="name">Its first byte; at least eight readable bytes from here on, also when the name is shorter.</param>
    /// <param name="length">Its length in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NameKey Of(ref byte name, int length)
    {
        var first = Read(ref name);
        if (length >= 8)
        {
            return new NameKey(first, Read(ref Unsafe.Add(ref name, length - 8)), length);
        }

        first &= (1UL << (length * 8)) - 1;
        return new NameKey(first, first, length);
    }

    /// <summary>A 64-bit hash, of which the upper bits are good.</summary>
    /// <param name="seed">An odd number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ulong seed) => (First ^ BitOperations.RotateLeft(Last, 23) ^ ((ulong)(uint)Length << 57)) * seed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte at)
    {
        var value = Unsafe.ReadUnaligned<ulong>(ref at);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
