using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>
/// Finds literals anywhere in a text. Of each literal some runs of four bytes (grams) that begin at consecutive places are known, the rarest ones; as many as the
/// stride, so that one of them stands where a text is looked at: at every first, second or fourth place. A bit map says where that may be, and only there literals
/// are compared.
/// </summary>
internal sealed class GramFilter
{
    private const int GramLength = sizeof(uint);
    private const uint Fold = 0x20202020;
    private const uint Factor = 0x9E3779B1;
    private const int LeastBits = 15;
    private const int MostBits = 18;
    private const int FewestLooks = 8;

    /// <summary>How rare each byte is in ordinary texts: its place among those that are frequent there.</summary>
    private static readonly byte[] Rarity = RaritiesOf("e\\tsoairn.cdlmpwu-/0ygfx1hvb325647k89:_jqz=\"$'"u8);

    private readonly ulong[] _bits;
    private readonly int _shift;
    private readonly int _stride;
    private readonly Dictionary<uint, Place[]> _places;

    private GramFilter(IReadOnlyList<IndexedLiteral> literals, int stride)
    {
        _stride = stride;
        _places = literals
            .SelectMany(literal => PlacesOf(literal, stride))
            .GroupBy(place => GramAt(place.Literal.Text, place.Offset))
            .ToDictionary(group => group.Key, group => group.ToArray());
        var bits = Math.Clamp(BitOperations.Log2((uint)_places.Count) + 5, LeastBits, MostBits);
        _shift = 32 - bits;
        _bits = new ulong[1 << (bits - 6)];
        foreach (var gram in _places.Keys)
        {
            var hash = (gram * Factor) >> _shift;
            _bits[hash >> 6] |= 1UL << (int)hash;
        }
    }

    /// <summary>Filters for literals, one for each stride that they can be found at, and the literals that are better looked for one by one.</summary>
    public static (GramFilter[] Filters, IndexedLiteral[] Others) Make(IEnumerable<IndexedLiteral> literals)
    {
        var byStride = literals.ToLookup(literal => StrideOf(literal.Text.Length));
        return (
            [.. byStride.Where(group => IsWorth(group.Key, group.Count())).OrderByDescending(group => group.Key).Select(group => new GramFilter([.. group], group.Key))],
            [.. byStride.Where(group => !IsWorth(group.Key, group.Count())).SelectMany(group => group)]);
    }

    /// <summary>The longest stride that a literal can be found at; 0 when it is shorter than a gram.</summary>
    private static int StrideOf(int length) => length >= GramLength + 3 ? 4 : length >= GramLength + 1 ? 2 : length >= GramLength ? 1 : 0;

    /// <summary>A look at each place of the stride costs what some searches for one literal cost.</summary>
    private static bool IsWorth(int stride, int literals) => stride > 0 && literals * stride > FewestLooks;

    /// <summary>Adds the rules of the literals that stand in a text.</summary>
    public void Search(ReadOnlySpan<byte> text, CandidateSet candidates)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        ref var bits = ref MemoryMarshal.GetArrayDataReference(_bits);
        var shift = _shift;
        var stride = _stride;
        var last = text.Length - GramLength;
        for (var at = 0; at <= last; at += stride)
        {
            var gram = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, at)) | Fold;
            var hash = (gram * Factor) >> shift;
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

    private static byte[] RaritiesOf(ReadOnlySpan<byte> frequent)
    {
        var rarities = new byte[256];
        rarities.AsSpan().Fill((byte)frequent.Length);
        for (var rank = 0; rank < frequent.Length; rank++)
        {
            rarities[frequent[rank]] = (byte)rank;
        }

        return rarities;
    }

    private static uint GramAt(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<uint>(text[at..]) | Fold;

    private static IEnumerable<Place> PlacesOf(IndexedLiteral literal, int stride) =>
        Enumerable.Range(RarestWindow(literal.Text, GramLength + stride - 1), stride).Select(offset => new Place(literal, offset));

    private static int RarestWindow(ReadOnlySpan<byte> text, int window)
    {
        var (best, rarest) = (0, -1);
        for (var at = 0; at <= text.Length - window; at++)
        {
            var rarity = 0;
            foreach (var value in text.Slice(at, window))
            {
                rarity += Rarity[value];
            }

            (best, rarest) = rarity > rarest ? (at, rarity) : (best, rarest);
        }

        return best;
    }

    private readonly record struct Place(IndexedLiteral Literal, int Offset);
}
