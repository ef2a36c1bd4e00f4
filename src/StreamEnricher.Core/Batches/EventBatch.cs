using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Core.Batches;

/// <summary>Kafka records in one pooled slab, with their positions. Reference counted: whoever keeps it holds a reference, the last one frees the slab.</summary>
/// <remarks>
/// The source fills it, the enricher reads it, and each sink's <see cref="EncodedBatch"/> holds a reference until it is settled, because a
/// rejected event becomes a dead letter with its original bytes. Using it after the last release throws (debug: always; release: where it is cheap).
/// </remarks>
public sealed class EventBatch
{
    /// <summary>Readable bytes behind the last record, so that vector loads need no bounds check.</summary>
    public const int Padding = 64;

    private readonly List<PartitionRange> _ranges = [];
    private Dictionary<int, ReplayOrigin>? _replays;
    private byte[]? _slab;
    private EventRecord[] _records;
    private int _references = 1;
    private int _used;
    private int _count;

    /// <param name="slabBytes">Capacity in bytes for identities, values, keys and headers.</param>
    /// <param name="maxEvents">Capacity in records.</param>
    /// <param name="memory">The budget's bytes for this batch; given back with the last reference.</param>
    public EventBatch(int slabBytes, int maxEvents, MemoryLease memory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvents);
        _slab = SlabPool.Shared.Rent(slabBytes + Padding);
        _records = ArrayPool<EventRecord>.Shared.Rent(maxEvents);
        MaxEvents = maxEvents;
        Memory = memory;
    }

    /// <summary>The budget's bytes for this batch and all that is made of it.</summary>
    public MemoryLease Memory { get; }

    /// <summary>Capacity in records.</summary>
    public int MaxEvents { get; }

    /// <summary>The span of its way to the sinks; default when nobody traces.</summary>
    public ActivityContext Trace { get; set; }

    /// <summary>Number of records.</summary>
    public int Count => _count;

    /// <summary>Bytes of the slab in use.</summary>
    public int UsedBytes => _used;

    /// <summary>Bytes that the slab and the record table take, for the budget.</summary>
    public long AllocatedBytes => Slab.Length + ((long)MaxEvents * Unsafe.SizeOf<EventRecord>());

    /// <summary>The partitions covered, in the order of their first record.</summary>
    public IReadOnlyList<PartitionRange> Ranges => _ranges;

    /// <summary>The whole slab; use it with the starts and lengths of <see cref="Records"/>.</summary>
    public byte[] Slab => _slab ?? throw Released();

    /// <summary>The records.</summary>
    public Span<EventRecord> Records
    {
        get
        {
            ThrowIfReleased();
            return _records.AsSpan(0, _count);
        }
    }

    /// <summary>Bytes that a record takes in the slab.</summary>
    public static int SizeOf(PartitionLease lease, int keyLength, int valueLength, int headersLength) =>
        lease.IdentityPrefix.Length + sizeof(long) + Math.Max(valueLength, 0) + 1 + Math.Max(keyLength, 0) + headersLength;

    /// <summary>Copies a record in. False when there is no room: close this batch and start another.</summary>
    /// <param name="lease">The assignment it was read under.</param>
    /// <param name="offset">Its offset, above all earlier ones of the same lease.</param>
    /// <param name="timestamp">Kafka timestamp, Unix milliseconds.</param>
    /// <param name="value">Value bytes.</param>
    /// <param name="valueIsNull">A tombstone.</param>
    /// <param name="key">Key bytes.</param>
    /// <param name="keyIsNull">No key.</param>
    /// <param name="headers">Encoded by <see cref="RecordHeaders"/>; <see cref="ReplayOrigin.HeaderName"/> is taken out, and the record stands for the one that it names.</param>
    public bool TryAppend(
        PartitionLease lease, long offset, long timestamp, ReadOnlySpan<byte> value, bool valueIsNull, ReadOnlySpan<byte> key, bool keyIsNull, ReadOnlySpan<byte> headers)
    {
        var prefix = lease.IdentityPrefix.Span;
        var replay = headers.IsEmpty ? null : ReplayOrigin.Take(headers, out headers);
        if (replay is not null)
        {
            // Not longer than the header that named it, so the record still takes no more than SizeOf has said.
            prefix = replay.IdentityPrefix();
            timestamp = replay.Timestamp;
        }

        var size = prefix.Length + sizeof(long) + value.Length + 1 + key.Length + headers.Length;
        if (_count == MaxEvents || size > Slab.Length - Padding - _used)
        {
            return false;
        }

        var slab = Slab.AsSpan();
        var start = _used;
        prefix.CopyTo(slab[start..]);
        var at = start + prefix.Length;
        BinaryPrimitives.WriteInt64BigEndian(slab[at..], replay?.Offset ?? offset);
        at += sizeof(long);
        var valueStart = at;
        value.CopyTo(slab[at..]);
        at += value.Length;
        slab[at++] = (byte)'\n';
        key.CopyTo(slab[at..]);
        at += key.Length;
        headers.CopyTo(slab[at..]);
        _used = at + headers.Length;
        if (replay is not null)
        {
            (_replays ??= [])[_count] = replay;
        }

        _records[_count++] = new EventRecord
        {
            IdentityStart = start,
            ValueStart = valueStart,
            ValueLength = valueIsNull ? -1 : value.Length,
            KeyLength = keyIsNull ? -1 : key.Length,
            HeadersLength = headers.Length,
            Range = RangeOf(lease, offset),
            Offset = offset,
            Timestamp = timestamp,
        };
        return true;
    }

    /// <summary>Notes that a partition was read up to <paramref name="next"/> without a record to keep (transaction markers, end of partition).</summary>
    public void Advance(PartitionLease lease, long first, long next)
    {
        var range = _ranges[RangeOf(lease, first)];
        range.Next = Math.Max(range.Next, next);
    }

    /// <summary>Value bytes of a record; empty for a tombstone.</summary>
    public ReadOnlySpan<byte> Value(int index) => Slab.AsSpan(_records[index].ValueStart, Math.Max(_records[index].ValueLength, 0));

    /// <summary>Identity and value in one: what the event id is the hash of.</summary>
    public ReadOnlySpan<byte> IdentityAndValue(int index)
    {
        ref readonly var record = ref _records[index];
        return Slab.AsSpan(record.IdentityStart, record.ValueStart - record.IdentityStart + Math.Max(record.ValueLength, 0));
    }

    /// <summary>The position that identifies a record.</summary>
    public RecordPosition Position(int index)
    {
        ref readonly var record = ref _records[index];
        var offsetAt = record.ValueStart - sizeof(long);
        var partitionAt = offsetAt - sizeof(int);
        return new RecordPosition(
            Slab.AsSpan(record.IdentityStart, partitionAt - 1 - record.IdentityStart),
            BinaryPrimitives.ReadInt32BigEndian(Slab.AsSpan(partitionAt)),
            BinaryPrimitives.ReadInt64BigEndian(Slab.AsSpan(offsetAt)));
    }

    /// <summary>Where a replayed record stood first; null for all others.</summary>
    public ReplayOrigin? Replay(int index) => _replays?.GetValueOrDefault(index);

    /// <summary>Key bytes of a record; empty when it has none.</summary>
    public ReadOnlySpan<byte> Key(int index) => Slab.AsSpan(KeyStart(index), Math.Max(_records[index].KeyLength, 0));

    /// <summary>Encoded headers of a record, see <see cref="RecordHeaders"/>.</summary>
    public ReadOnlySpan<byte> Headers(int index) => Slab.AsSpan(KeyStart(index) + Math.Max(_records[index].KeyLength, 0), _records[index].HeadersLength);

    /// <summary>The assignment that a record was read under.</summary>
    public PartitionLease Lease(int index) => _ranges[_records[index].Range].Lease;

    /// <summary>One more holder.</summary>
    public void AddReference()
    {
        if (Interlocked.Increment(ref _references) <= 1)
        {
            throw Released();
        }
    }

    /// <summary>One holder fewer; the last one returns the memory.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left > 0)
        {
            return;
        }

        if (left < 0)
        {
            throw new InvalidOperationException("An EventBatch was released more often than it was held.");
        }

        var slab = Interlocked.Exchange(ref _slab, null)!;
        ArrayPool<EventRecord>.Shared.Return(_records);
        _records = [];
        SlabPool.Shared.Return(slab);
        Memory.Dispose();
    }

    private static ObjectDisposedException Released() => new(nameof(EventBatch), "The batch was used after its last reference was released.");

    private int KeyStart(int index) => _records[index].ValueStart + Math.Max(_records[index].ValueLength, 0) + 1;

    private int RangeOf(PartitionLease lease, long offset)
    {
        // Records come in runs of one partition: look from the end.
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_ranges[i].Lease, lease))
            {
                _ranges[i].Next = Math.Max(_ranges[i].Next, offset + 1);
                return i;
            }
        }

        _ranges.Add(new PartitionRange(lease, offset) { Next = offset + 1 });
        return _ranges.Count - 1;
    }

    [Conditional("DEBUG")]
    private void ThrowIfReleased()
    {
        if (_slab is null)
        {
            throw Released();
        }
    }
}
