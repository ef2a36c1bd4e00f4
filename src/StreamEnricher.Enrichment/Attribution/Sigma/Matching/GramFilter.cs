using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>
/// Finds literals anywhere in a text: of each literal four consecutive bytes, the rarest, are looked for at every place of the text in a bit map, and only where
/// they may stand is the literal compared.
/// </summary>
internal sealed class GramFilter
{
    /// <summary>Bytes of a gram; no literal may be shorter.</summary>
    public const int Length = sizeof(uint);

    private const uint Fold = 0x20202020;
    private const uint Factor = 0x9E3779B1;
    private const int LeastBits = 12;
    private const int MostBits = 17;

    /// <summary>Bytes of ordinary texts, the most frequent first.</summary>
    private static readonly byte[] Frequent = "e\\tsoairn.cdlmpwu-/0ygfx1hvb325647kS89:_jqz=\"$'"u8.ToArray();

    private readonly ulong[] _bits;
    private readonly int _shift;
    private readonly Dictionary<uint, Place[]> _places;

    public GramFilter(IReadOnlyList<IndexedLiteral> literals)
    {
        _places = literals
            .Select(literal => new Place(literal, RarestAt(literal.Text)))
            .GroupBy(place => GramAt(place.Literal.Text, place.Offset))
            .ToDictionary(group => group.Key, group => group.ToArray());
        var bits = Math.Clamp(BitOperations.Log2((uint)_places.Count) + 6, LeastBits, MostBits);
        _shift = 32 - bits;
        _bits = new ulong[1 << (bits - 6)];
        foreach (var gram in _places.Keys)
        {
            var hash = (gram * Factor) >> _shift;
            _bits[hash >> 6] |= 1UL << (int)hash;
        }
    }

    /// <summary>Adds the rules of the literals that stand in a text.</summary>
    public void Search(ReadOnlySpan<byte> text, CandidateSet candidates)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(_bits);
        for (var at = 0; at <= text.Length - Length; at++)
        {
            var gram = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, at)) | Fold;
            var hash = (gram * Factor) >> _shift;
            if ((Unsafe.Add(ref bits, hash >> 6) & (1UL << (int)hash)) != 0)
            {
                Compare(text, at, gram, candidates);
            }
        }
    }

    private void Compare(ReadOnlySpan<byte> text, int at, uint gram, CandidateSet candidates)
    {
        if (_places.TryGetValue(gram, out var places))
        {
            foreach (var place in places)
            {
                if (place.Literal.StandsAt(text, at - place.Offset))
                {
                    candidates.Add(place.Literal.Rules);
                }
            }
        }
    }

    private static uint GramAt(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<uint>(text[at..]) | Fold;

    private static int RarestAt(byte[] text)
    {
        var best = 0;
        var rarest = -1;
        for (var at = 0; at <= text.Length - Length; at++)
        {
            var rarity = 0;
            foreach (var value in text.AsSpan(at, Length))
            {
                var rank = Array.IndexOf(Frequent, value);
                rarity += rank < 0 ? Frequent.Length : rank;
            }

            (best, rarest) = rarity > rarest ? (at, rarity) : (best, rarest);
        }

        return best;
    }

    private readonly record struct Place(IndexedLiteral Literal, int Offset);
}
