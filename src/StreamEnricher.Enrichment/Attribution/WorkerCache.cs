using System.Numerics;
using System.Runtime.CompilerServices;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>
/// What one worker found lately in a cache that all workers share: no lock, no counter, one look. A place holds one entry, and a newer one takes it; whatever is not
/// here is looked up in the shared cache again, so that no result depends on it.
/// </summary>
internal sealed class WorkerCache<T>
    where T : class
{
    private const int PlaceBits = 9;

    private readonly (UInt128 Key, T? Value)[] _entries = new (UInt128, T?)[1 << PlaceBits];

    /// <summary>The value of a key, else null.</summary>
    /// <param name="key">Any key but 0, of which the places that were never used are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? Find(UInt128 key)
    {
        ref var entry = ref _entries[PlaceOf(key)];
        return entry.Key == key ? entry.Value : null;
    }

    /// <summary>Keeps a value.</summary>
    public void Keep(UInt128 key, T value) => _entries[PlaceOf(key)] = (key, value);

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_entries);

    private static int PlaceOf(UInt128 key) =>
        (int)((((ulong)key ^ BitOperations.RotateLeft((ulong)(key >> 64), 29)) * 0x9E3779B97F4A7C15UL) >> (64 - PlaceBits));
}
