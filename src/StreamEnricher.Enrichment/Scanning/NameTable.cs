using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>
/// The known names of one level. A seed is searched that gives each name a row of its own, so that one look decides; where none is found (names that share length,
/// first and last bytes) rows that collide follow one another.
/// </summary>
internal sealed class NameTable
{
    private const int SeedsTried = 256;
    private const int LargestSpread = 16;

    private readonly Row[] _rows;
    private readonly ulong _seed;
    private readonly int _shift;

    public NameTable(IReadOnlyCollection<ScanEntry> entries)
    {
        var keyed = entries.Select(entry => (Entry: entry, Key: KeyOf(entry.Name))).ToList();
        (_seed, _shift) = Search([.. keyed.Select(pair => pair.Key)]);
        _rows = new Row[1 << (64 - _shift)];
        foreach (var (entry, key) in keyed)
        {
            var at = (int)(key.Hash(_seed) >> _shift);
            while (_rows[at].Entry is not null)
            {
                at = (at + 1) & (_rows.Length - 1);
            }

            _rows[at] = new Row { Key = key, Entry = entry };
        }
    }

    /// <summary>Finds a name in a buffer; null when it is not known.</summary>
    /// <param name="name">Its first byte.</param>
    /// <param name="key">Its key.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ScanEntry? Find(ref byte name, in NameKey key)
    {
        var rows = _rows;
        var at = (int)(key.Hash(_seed) >> _shift);
        while (true)
        {
            // Rows are at least twice as many as names, so that an empty one ends the search.
            ref readonly var row = ref rows[at];
            if (row.Entry is null)
            {
                return null;
            }

            if (row.Key.First == key.First && row.Key.Last == key.Last && row.Key.Length == key.Length
                && (key.Length <= 16 || MemoryMarshal.CreateReadOnlySpan(ref name, key.Length).SequenceEqual(row.Entry.Name)))
            {
                return row.Entry;
            }

            at = (at + 1) & (rows.Length - 1);
        }
    }

    private static NameKey KeyOf(byte[] name)
    {
        var padded = new byte[name.Length + 8];
        name.CopyTo(padded, 0);
        return NameKey.Of(ref padded[0], name.Length);
    }

    /// <summary>The smallest table without collisions, else the seed with the fewest. The search has a fixed start: a plan is the same in every process.</summary>
    private static (ulong Seed, int Shift) Search(NameKey[] keys)
    {
        var best = (Seed: 1UL, Shift: 0, Collisions: int.MaxValue);
        for (var spread = 2; spread <= LargestSpread && best.Collisions > 0; spread *= 2)
        {
            var size = Math.Max(4, BitOperations.RoundUpToPowerOf2((uint)(keys.Length * spread)));
            var shift = 64 - BitOperations.Log2(size);
            var taken = new bool[size];
            var random = 0x9E3779B97F4A7C15UL;
            for (var i = 0; i < SeedsTried && best.Collisions > 0; i++)
            {
                // xorshift64, Marsaglia 2003.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                var seed = random | 1;
                var collisions = Collisions(keys, seed, shift, taken);
                if (collisions < best.Collisions)
                {
                    best = (seed, shift, collisions);
                }
            }
        }

        return (best.Seed, best.Shift);
    }

    private static int Collisions(NameKey[] keys, ulong seed, int shift, bool[] taken)
    {
        Array.Clear(taken);
        var collisions = 0;
        foreach (ref readonly var key in keys.AsSpan())
        {
            ref var row = ref taken[(int)(key.Hash(seed) >> shift)];
            collisions += row ? 1 : 0;
            row = true;
        }

        return collisions;
    }

    private struct Row
    {
        public NameKey Key;
        public ScanEntry? Entry;
    }
}
