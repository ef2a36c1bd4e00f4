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
    private long _peak;

    /// <summary>The pool that the engine's batches use.</summary>
    public static SlabPool Shared { get; } = new(64L << 20);

    /// <summary>Most bytes that are out or kept; more may be out, and then none is kept. The pipeline's memory limit without what is taken for good.</summary>
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

        NotePeak(Interlocked.Add(ref _rented, 1L << shift));
        if (_bySize[shift - MinShift].TryTake(out var slab))
        {
            Interlocked.Add(ref _retained, -slab.Length);
            return slab;
        }

        LetGo(downTo: MaxBytes);
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

    /// <summary>Lets go of what was not needed since the last call: what is out and kept is then no more than was out at the same time.</summary>
    /// <returns>Bytes that were let go.</returns>
    public long Trim() => LetGo(downTo: Interlocked.Exchange(ref _peak, RentedBytes));

    private void NotePeak(long rented)
    {
        for (var peak = Interlocked.Read(ref _peak); rented > peak; peak = Interlocked.Read(ref _peak))
        {
            Interlocked.CompareExchange(ref _peak, rented, peak);
        }
    }

    /// <summary>Lets kept arrays go, the largest first, until so many bytes are out or kept, or none is kept.</summary>
    private long LetGo(long downTo)
    {
        var before = RetainedBytes;
        for (var size = _bySize.Length - 1; size >= 0 && RentedBytes + RetainedBytes > downTo; size--)
        {
            while (RentedBytes + RetainedBytes > downTo && _bySize[size].TryTake(out var slab))
            {
                Interlocked.Add(ref _retained, -slab.Length);
            }
        }

        return before - RetainedBytes;
    }
}
