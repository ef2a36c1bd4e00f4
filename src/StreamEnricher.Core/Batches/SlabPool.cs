using System.Collections.Concurrent;
using System.Numerics;

namespace StreamEnricher.Core.Batches;

/// <summary>Byte arrays of power-of-two sizes, kept for reuse up to a total size.</summary>
/// <remarks>
/// ArrayPool.Shared keeps per-thread copies of large arrays that a byte budget does not see; this pool keeps few, and knows how many bytes.
/// </remarks>
public sealed class SlabPool(long maxRetainedBytes)
{
    private const int MinShift = 12;
    private readonly ConcurrentBag<byte[]>[] _bySize = [.. Enumerable.Range(0, 31 - MinShift).Select(_ => new ConcurrentBag<byte[]>())];
    private long _retained;

    /// <summary>The pool that the engine's batches use.</summary>
    public static SlabPool Shared { get; } = new(64L << 20);

    /// <summary>Bytes kept for reuse.</summary>
    public long RetainedBytes => Interlocked.Read(ref _retained);

    /// <summary>An array of at least so many bytes; its content is not cleared.</summary>
    public byte[] Rent(int minimumLength)
    {
        var shift = Math.Max(MinShift, BitOperations.Log2((uint)Math.Max(1, minimumLength - 1)) + 1);
        if (shift - MinShift >= _bySize.Length)
        {
            return GC.AllocateUninitializedArray<byte>(minimumLength);
        }

        if (_bySize[shift - MinShift].TryTake(out var slab))
        {
            Interlocked.Add(ref _retained, -slab.Length);
            return slab;
        }

        return GC.AllocateUninitializedArray<byte>(1 << shift);
    }

    /// <summary>Takes an array back. The caller must not touch it any more.</summary>
    public void Return(byte[] slab)
    {
        var shift = BitOperations.Log2((uint)slab.Length);
        if (slab.Length != 1 << shift || shift < MinShift || Interlocked.Read(ref _retained) + slab.Length > maxRetainedBytes)
        {
            return;
        }

        Interlocked.Add(ref _retained, slab.Length);
        _bySize[shift - MinShift].Add(slab);
    }
}
