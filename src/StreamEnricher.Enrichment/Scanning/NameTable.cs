using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Finds a level's members by name: hash of length, first and last eight bytes, with a seed that leaves few or no collisions, then linear probing.</summary>
/// <remarks>Up to sixteen bytes those two words are the whole name, so that two compares decide.</remarks>
internal sealed class NameTable
{
    private const int SeedsTried = 4096;

    private readonly Row[] _rows;
    private readonly ulong _seed;
    private readonly int _shift;

    public NameTable(IReadOnlyCollection<ScanEntry> entries)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, entries.Count * 4));
        _shift = 64 - BitOperations.Log2((uint)size);
        _seed = BestSeed(entries, _shift);
        _rows = new Row[size];
        foreach (var entry in entries)
        {
            var (first, last) = Words(entry.Name);
            var at = Place(first, last, entry.Name.Length, _seed, _shift);
            while (_rows[at].Entry is not null)
            {
                at = (at + 1) & (size - 1);
            }

            _rows[at] = new Row { First = first, Last = last, Length = entry.Name.Length, Entry = entry };
        }
    }

    /// <summary>Finds a name in a buffer.</summary>
    /// <param name="name">Its first byte; at least eight readable bytes follow.</param>
    /// <param name="length">Its length in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ScanEntry? Find(ref byte name, int length)
    {
        var first = Unsafe.ReadUnaligned<ulong>(ref name);
        ulong last;
        if (length >= 8)
        {
            last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref name, length - 8));
        }
        else
        {
            first &= (1UL << (length * 8)) - 1;
            last = first;
        }

        var rows = _rows;
        var at = Place(first, last, length, _seed, _shift);
        while (true)
        {
            ref readonly var row = ref rows[at];
            if (row.Entry is null)
            {
                return null;
            }

            if (row.First == first && row.Last == last && row.Length == length
                && (length <= 16 || MemoryMarshal.CreateReadOnlySpan(ref name, length).SequenceEqual(row.Entry.Name)))
            {
                return row.Entry;
            }

            at = (at + 1) & (rows.Length - 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(ulong first, ulong last, int length, ulong seed, int shift) =>
        (int)(((first ^ BitOperations.RotateLeft(last, 23) ^ ((ulong)(uint)length << 57)) * seed) >> shift);

    private static (ulong First, ulong Last) Words(byte[] name)
    {
        Span<byte> padded = stackalloc byte[name.Length + 8];
        padded.Clear();
        name.CopyTo(padded);
        var first = MemoryMarshal.Read<ulong>(padded);
        return (first, name.Length >= 8 ? MemoryMarshal.Read<ulong>(padded[(name.Length - 8)..]) : first);
    }

    private static ulong BestSeed(IReadOnlyCollection<ScanEntry> entries, int shift)
    {
        var words = entries.Select(entry => (Words(entry.Name), entry.Name.Length)).ToList();
        var best = 0UL;
        var fewest = int.MaxValue;
        var seed = 0x9E3779B97F4A7C15UL;
        for (var i = 0; i < SeedsTried && fewest > 0; i++)
        {
            // xorshift64* from a fixed start: the table is the same in every process.
            seed ^= seed >> 12;
            seed ^= seed << 25;
            seed ^= seed >> 27;
            var odd = (seed * 0x2545F4914F6CDD1DUL) | 1;
            var used = new HashSet<int>();
            var collisions = words.Count(word => !used.Add(Place(word.Item1.First, word.Item1.Last, word.Length, odd, shift)));
            if (collisions < fewest)
            {
                (best, fewest) = (odd, collisions);
            }
        }

        return best;
    }

    private struct Row
    {
        public ulong First;
        public ulong Last;
        public int Length;
        public ScanEntry? Entry;
    }
}
