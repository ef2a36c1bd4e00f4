using System.Numerics;
using System.Runtime.CompilerServices;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Forms batches by count, bytes and age, each with its bytes reserved beforehand. Belongs to one thread.</summary>
/// <remarks>The slab grows to the configured size as the load does and shrinks when batches close half empty: a trickle must not hold megabytes.</remarks>
/// <param name="options">Count, bytes and age of a batch, and what is made of its bytes.</param>
/// <param name="memory">The budget.</param>
/// <param name="time">Clock of the age.</param>
/// <param name="spare">Bytes that others must still be able to take after it has taken its own.</param>
internal sealed class BatchFormer(KafkaSourceOptions options, MemoryBudget memory, TimeProvider time, long spare = 0)
{
    private const int SmallestSlab = 64 << 10;
    private const int AssumedRecordBytes = 64;
    private readonly int _largestSlab = PowerOfTwo(options.BatchBytes);
    private readonly long _mostMemory = Math.Max(1, memory.Limit - memory.Forever);
    private int _slab = Math.Min(SmallestSlab, PowerOfTwo(options.BatchBytes));
    private long _begun;

    /// <summary>The batch that is being formed; null between batches.</summary>
    public EventBatch? Current { get; private set; }

    /// <summary>How long the current batch may still wait for more.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var left = options.BatchLinger - time.GetElapsedTime(_begun);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Bytes that are reserved for a batch whose slab is made for so many bytes.</summary>
    public static long ReservationOf(int bytes, int events, double encodedFactor)
    {
        var slab = PowerOfTwo(bytes);
        return slab + ((long)RecordsOf(slab, events) * Unsafe.SizeOf<EventRecord>()) + (long)(slab * encodedFactor);
    }

    /// <summary>Begins a batch with room for a record of so many bytes; false when the budget has no room now.</summary>
    public bool TryBegin(int recordBytes)
    {
        var slab = Math.Max(_slab, PowerOfTwo(recordBytes + EventBatch.Padding));

        // A record that is larger than the whole budget is read when nothing else is in flight.
        var bytes = Math.Min(ReservationOf(slab, options.BatchEvents, options.EncodedFactor), _mostMemory);
        if (memory.TryReserve(bytes, spare) is not { } lease)
        {
            return false;
        }

        Current = new EventBatch(slab - EventBatch.Padding, RecordsOf(slab, options.BatchEvents), lease);
        _begun = time.GetTimestamp();
        return true;
    }

    /// <summary>Ends the current batch and gives back what it did not need.</summary>
    public EventBatch Close()
    {
        var batch = Current ?? throw new InvalidOperationException("No batch is being formed.");
        Current = null;
        var slab = batch.Slab.Length;
        var full = batch.Count == batch.MaxEvents || batch.UsedBytes > slab / 2;
        _slab = Math.Clamp(full ? _slab * 2 : batch.UsedBytes < slab / 8 ? _slab / 2 : _slab, Math.Min(SmallestSlab, _largestSlab), _largestSlab);
        var needed = slab + ((long)batch.MaxEvents * Unsafe.SizeOf<EventRecord>()) + (long)(batch.UsedBytes * options.EncodedFactor);
        batch.Memory.Resize(Math.Min(needed, batch.Memory.Bytes));
        return batch;
    }

    /// <summary>Gives the current batch up: its records will be read again.</summary>
    public void Drop()
    {
        Current?.Release();
        Current = null;
    }

    private static int PowerOfTwo(int bytes) => (int)Math.Min(1 << 30, BitOperations.RoundUpToPowerOf2((uint)bytes));

    private static int RecordsOf(int slab, int events) => Math.Clamp(slab / AssumedRecordBytes, 1, events);
}
