using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Searches without the case of ASCII letters, 32 places at a time.</summary>
internal static class FoldedText
{
    private const byte Fold = 0x20;

    /// <summary>Whether a text holds another.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="wanted">UTF-8, with letters A to Z small.</param>
    public static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        var places = text.Length - wanted.Length + 1;
        if (wanted.IsEmpty || places <= 0)
        {
            return wanted.IsEmpty;
        }

        // The first and the last byte must both be there. Folded they may be those of other characters, too: then the comparison says no.
        ref var first = ref MemoryMarshal.GetReference(text);
        ref var last = ref Unsafe.Add(ref first, wanted.Length - 1);
        var fold = Vector256.Create(Fold);
        var firsts = Vector256.Create((byte)(wanted[0] | Fold));
        var lasts = Vector256.Create((byte)(wanted[^1] | Fold));
        var at = 0;
        for (; at <= places - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var fits = (Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at) | fold, firsts)
                & Vector256.Equals(Vector256.LoadUnsafe(ref last, (nuint)at) | fold, lasts)).ExtractMostSignificantBits();
            for (; fits != 0; fits &= fits - 1)
            {
                if (JsonText.EqualsIgnoreAsciiCase(text.Slice(at + BitOperations.TrailingZeroCount(fits), wanted.Length), wanted))
                {
                    return true;
                }
            }
        }

        for (; at < places; at++)
        {
            if ((text[at] | Fold) == (wanted[0] | Fold) && JsonText.EqualsIgnoreAsciiCase(text.Slice(at, wanted.Length), wanted))
            {
                return true;
            }
        }

        return false;
    }
}
