using System.Buffers;
using System.Runtime.CompilerServices;

namespace StreamEnricher.Core.Batches;

/// <summary>What one sink gets of one <see cref="EventBatch"/>: its bytes, ready to send, and where each event's item lies.</summary>
/// <remarks>Items lie in the body in order and without gaps except for keys, so that any run of items is one slice. Dispose exactly once.</remarks>
public sealed class EncodedBatch : IDisposable
{
    private byte[]? _body;
    private EncodedItem[] _items;

    /// <param name="source">The batch that the items come from; a reference is held until this is disposed.</param>
    /// <param name="capacity">Expected bytes.</param>
    public EncodedBatch(EventBatch source, int capacity)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.AddReference();
        Source = source;
        _body = SlabPool.Shared.Rent(capacity + EventBatch.Padding);
        _items = ArrayPool<EncodedItem>.Shared.Rent(Math.Max(16, source.Count));
    }

    /// <summary>The batch that the items come from.</summary>
    public EventBatch Source { get; }

    /// <summary>Number of items.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the body in use.</summary>
    public int Length { get; private set; }

    /// <summary>The items.</summary>
    public ReadOnlySpan<EncodedItem> Items => _items.AsSpan(0, Count);

    /// <summary>Bytes that the body and the item table take, for the budget.</summary>
    public long AllocatedBytes => (_body?.Length ?? 0L) + ((long)_items.Length * Unsafe.SizeOf<EncodedItem>());

    /// <summary>What the encoder that fills the batch remembers of it, such as the objects that are in it already; null until it sets it.</summary>
    public object? EncoderState { get; set; }

    private byte[] Body => _body ?? throw new ObjectDisposedException(nameof(EncodedBatch));

    /// <summary>A slice of the body.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => Body.AsMemory(start, length);

    /// <summary>Value bytes of an item.</summary>
    public ReadOnlyMemory<byte> Value(in EncodedItem item) => Body.AsMemory(item.Start, item.Length);

    /// <summary>Key bytes of an item; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Key(in EncodedItem item) => Body.AsMemory(item.Start - item.KeyLength, item.KeyLength);

    /// <summary>Room for at least <paramref name="bytes"/> (plus padding) behind what is written; grows the body, so take no slice across calls.</summary>
    public Span<byte> Reserve(int bytes) => Reserve(0, bytes).AsSpan(Length);

    /// <summary>The same for a writer that has put <paramref name="written"/> bytes behind <see cref="Length"/> and not committed them yet: they stay.</summary>
    /// <returns>The body's array, valid until the next call; the writer goes on at <see cref="Length"/> + <paramref name="written"/>.</returns>
    public byte[] Reserve(int written, int bytes)
    {
        var wanted = (long)Length + written + bytes + EventBatch.Padding;
        if (wanted > Body.Length)
        {
            var larger = SlabPool.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(wanted, Body.Length * 2L)));
            Body.AsSpan(0, Length + written).CopyTo(larger);
            SlabPool.Shared.Return(Body);
            _body = larger;
        }

        return Body;
    }

    /// <summary>Makes the next <paramref name="keyLength"/> + <paramref name="length"/> reserved bytes an item.</summary>
    public void Commit(int record, int length, int keyLength = 0, bool shared = false)
    {
        if (Count == _items.Length)
        {
            var larger = ArrayPool<EncodedItem>.Shared.Rent(Count * 2);
            _items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<EncodedItem>.Shared.Return(_items);
            _items = larger;
        }

        _items[Count++] = new EncodedItem(record, Length + keyLength, length, keyLength, shared);
        Length += keyLength + length;
    }

    /// <summary>Takes all items of another batch in behind its own.</summary>
    /// <param name="other">The other batch; it stays the caller's.</param>
    /// <param name="firstRecord">The number that its record 0 gets.</param>
    public void Append(EncodedBatch other, int firstRecord)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Slice(0, other.Length).Span.CopyTo(Reserve(other.Length));
        foreach (ref readonly var item in other.Items)
        {
            Commit(firstRecord + item.Record, item.Length, item.KeyLength, item.Shared);
        }
    }

    /// <summary>Returns the memory and lets the source batch go.</summary>
    public void Dispose()
    {
        var body = Interlocked.Exchange(ref _body, null);
        if (body is null)
        {
#if DEBUG
            throw new ObjectDisposedException(nameof(EncodedBatch), "The batch was returned twice.");
#else
            return;
#endif
        }

        SlabPool.Shared.Return(body);
        ArrayPool<EncodedItem>.Shared.Return(_items);
        _items = [];
        Count = 0;
        EncoderState = null;
        Source.Release();
    }
}
