using System.Numerics;
using System.Runtime.CompilerServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Sets of small numbers as bits of 64-bit words, number 0 the lowest bit of the first word.</summary>
internal static class Bits
{
    /// <summary>Words that numbers below <paramref name="count"/> take.</summary>
    public static int Words(int count) => (count + 63) >> 6;

    /// <summary>Adds a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<ulong> words, int number) => words[number >> 6] |= 1UL << number;

    /// <summary>Takes a number out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(Span<ulong> words, int number) => words[number >> 6] &= ~(1UL << number);

    /// <summary>Whether a number is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(ReadOnlySpan<ulong> words, int number) => (words[number >> 6] & (1UL << number)) != 0;

    /// <summary>A hash of a set, of which the upper bits are good.</summary>
    /// <param name="words">The set.</param>
    /// <param name="seed">What else goes into it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ReadOnlySpan<ulong> words, ulong seed = 0)
    {
        foreach (var word in words)
        {
            seed = (seed ^ word) * 0x9E3779B97F4A7C15UL;
            seed ^= seed >> 32;
        }

        return seed * 0x9E3779B97F4A7C15UL;
    }

    /// <summary>Takes the lowest number out of a word that is not 0; the word is of index <paramref name="word"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Take(ref ulong bits, int word)
    {
        var number = (word << 6) + BitOperations.TrailingZeroCount(bits);
        bits &= bits - 1;
        return number;
    }
}
