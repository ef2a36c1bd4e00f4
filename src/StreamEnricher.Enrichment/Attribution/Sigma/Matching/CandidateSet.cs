using System.Numerics;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>Rules of a group that are worth a look, as bits. One worker's memory.</summary>
internal sealed class CandidateSet
{
    private ulong[] _bits = new ulong[64];
    private int _words;

    /// <summary>Empties the set for a group.</summary>
    /// <param name="rules">Number of its rules.</param>
    public void Begin(int rules)
    {
        _words = (rules + 63) / 64;
        if (_bits.Length < _words)
        {
            _bits = new ulong[_words];
        }

        _bits.AsSpan(0, _words).Clear();
    }

    /// <summary>Adds rules.</summary>
    public void Add(int[] rules)
    {
        foreach (var rule in rules)
        {
            _bits[rule >> 6] |= 1UL << rule;
        }
    }

    /// <summary>The next rule from a place on; -1 when there is none.</summary>
    public int Next(int from)
    {
        for (var word = from >> 6; word < _words; word++)
        {
            var bits = word == from >> 6 ? _bits[word] & (ulong.MaxValue << from) : _bits[word];
            if (bits != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return -1;
    }
}
