using System.Runtime.CompilerServices;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>A hash that does not tell small from capital ASCII letters. A few other bytes have one hash, too; who looks up compares the bytes.</summary>
internal static class FoldedHash
{
    private const ulong Fold = 0x2020202020202020UL;
    private const ulong Factor = 0x9E3779B97F4A7C15UL;

    /// <summary>Hashes a text.</summary>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length * Factor;
        while (text.Length >= sizeof(ulong))
        {
            hash = Mix(hash, Unsafe.ReadUnaligned<ulong>(in text[0]) | Fold);
            text = text[sizeof(ulong)..];
        }

        if (text.Length > 0)
        {
            var last = 0UL;
            foreach (var value in text)
            {
                last = (last << 8) | value;
            }

            hash = Mix(hash, last | Fold);
        }

        return hash ^ (hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Factor;
        return hash ^ (hash >> 29);
    }
}
