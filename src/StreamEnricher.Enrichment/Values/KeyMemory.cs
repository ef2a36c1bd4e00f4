using System.IO.Hashing;

namespace StreamEnricher.Enrichment.Values;

/// <summary>
/// Numbers the short keys that one worker saw lately, so that what was found out about them can be kept in arrays beside it. Keys are compared as a whole: another key
/// never passes for one that has the same hash. Bounded: a new key takes the number of an old one.
/// </summary>
/// <param name="groupBits">Two to the power of it groups of <see cref="Ways"/> keys.</param>
/// <param name="longestKey">Bytes; longer keys are not kept.</param>
internal sealed class KeyMemory(int groupBits, int longestKey)
{
    private const int Ways = 4;

    private readonly byte[] _keys = new byte[(longestKey * Ways) << groupBits];
    private readonly (uint Tag, int Length)[] _known = new (uint, int)[Ways << groupBits];
    private uint _kept;

    /// <summary>Numbers are below this.</summary>
    public int Capacity => _known.Length;

    /// <summary>The number of a key, or -1.</summary>
    /// <param name="key">Not empty.</param>
    /// <param name="hash">For <see cref="Keep"/>.</param>
    public int Find(ReadOnlySpan<byte> key, out ulong hash)
    {
        hash = 0;
        if (key.Length > longestKey)
        {
            return -1;
        }

        hash = XxHash3.HashToUInt64(key);
        var group = GroupOf(hash);
        for (var number = group; number < group + Ways; number++)
        {
            var (tag, length) = _known[number];
            if (tag == (uint)hash && length == key.Length && key.SequenceEqual(_keys.AsSpan(number * longestKey, length)))
            {
                return number;
            }
        }

        return -1;
    }

    /// <summary>Gives a key that was not found a number; -1 when it is too long.</summary>
    public int Keep(ReadOnlySpan<byte> key, ulong hash)
    {
        if (key.Length > longestKey)
        {
            return -1;
        }

        var number = GroupOf(hash) + (int)(_kept++ % Ways);
        key.CopyTo(_keys.AsSpan(number * longestKey));
        _known[number] = ((uint)hash, key.Length);
        return number;
    }

    /// <summary>Forgets all keys.</summary>
    public void Clear() => Array.Clear(_known);

    private int GroupOf(ulong hash) => (int)(hash >> (64 - groupBits)) * Ways;
}
