using System.Collections.Concurrent;
using System.Numerics;

namespace StreamEnricher.Core.Batches;

/// <summary>Byte arrays of power-of-two sizes, kept for reuse. Thread-safe.</summary>
/// <remarks>
/// ArrayPool.Shared keeps per-thread copies of large arrays that a byte budget does not see; this pool knows how many bytes are out and how many are kept. Those that are kept
/// fill up what is out to <see cref="MaxBytes"/>: an array that were let go instead would be garbage beside a new one of the same size until the next full collection, and under
/// load that garbage grows to as much as the budget.
/// </remarks>
public sealed class SlabPool(long maxBytes)
{
    private const int MinShift = 12;
    private readonly ConcurrentBag<byte[]>[] _bySize = [.. Enumerable.Range(0, 31 - MinShift).Select(_ => new ConcurrentBag<byte[]>())];
    private long _retained;
    private long _rented;

    /// <summary>The pool that the engine's batches use.</summary>
    public static SlabPool Shared { get; } = new(64L << 20);

    /// <summary>Most bytes that are out or kept; more may be out, and then none is kept. The pipeline's memory limit.</summary>
    public long MaxBytes { get; set; } = maxBytes;

    /// <summary>Bytes kept for reuse.</summary>
    public long RetainedBytes => Interlocked.Read(ref _retained);

    /// <summary>Bytes that are out.</summary>
    public long RentedBytes => Interlocked.Read(ref _rented);

    /// <summary>An array of at least so many bytes; its content is not cleared.</summary>
    public byte[] Rent(int minimumLength)
    {
        var shift = Math.Max(MinShift, BitOperations.Log2((uint)Math.Max(1, minimumLength - 1)) + 1);
        if (shift - MinShift >= _bySize.Length)
        {
            return GC.AllocateUninitializedArray<byte>(minimumLength);
        }

        Interlocked.Add(ref _rented, 1L << shift);
        if (_bySize[shift - MinShift].TryTake(out var slab))
        {
            Interlocked.Add(ref _retained, -slab.Length);
            return slab;
        }

        MakeRoom();
        return GC.AllocateUninitializedArray<byte>(1 << shift);
    }

    /// <summary>Takes an array back. The caller must not touch it any more.</summary>
    public void Return(byte[] slab)
    {
        var shift = BitOperations.Log2((uint)slab.Length);
        if (slab.Length != 1 << shift || shift < MinShift)
        {
            return;
        }

        var rented = Interlocked.Add(ref _rented, -slab.Length);
        if (rented + RetainedBytes + slab.Length > MaxBytes)
        {
            return;
        }

        Interlocked.Add(ref _retained, slab.Length);
        _bySize[shift - MinShift].Add(slab);
    }

    /// <summary>Lets arrays of other sizes go, the largest first, when there would be too many with a new one.</summary>
    private void MakeRoom()
    {
        for (var size = _bySize.Length - 1; size >= 0 && RentedBytes + RetainedBytes > MaxBytes; size--)
        {
            while (RentedBytes + RetainedBytes > MaxBytes && _bySize[size].TryTake(out var slab))
            {
                Interlocked.Add(ref _retained, -slab.Length);
            }
        }
    }
}
