using System.Globalization;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Delivery.Retry;

/// <summary>Consecutive items of a batch: one request.</summary>
/// <param name="First">Index of the first.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ItemRange(int First, int Count)
{
    /// <summary>Cuts a batch into requests of at most so many bytes and items; an item larger than that stands alone.</summary>
    public static List<ItemRange> Split(EncodedBatch batch, int maxBytes, int maxItems)
    {
        var ranges = new List<ItemRange>();
        var items = batch.Items;
        var first = 0;
        while (first < items.Length)
        {
            var count = 1;
            while (first + count < items.Length && count < maxItems
                && items[first + count].Start + items[first + count].Length - items[first].Start <= maxBytes)
            {
                count++;
            }

            ranges.Add(new ItemRange(first, count));
            first += count;
        }

        return ranges;
    }

    /// <summary>An item that alone is larger than any request may be.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="maxItemBytes">What the operator allows a request; null: the server decides.</param>
    public bool IsTooLarge(EncodedBatch batch, int? maxItemBytes) => Count == 1 && maxItemBytes is { } most && batch.Items[First].Length > most;

    /// <summary>The dead letter of such an item.</summary>
    public RejectedRecord TooLarge(EncodedBatch batch, int? maxItemBytes) => new(
        batch.Items[First].Record,
        DeadLetterReason.TooLarge,
        string.Create(CultureInfo.InvariantCulture, $"the event takes {batch.Items[First].Length} bytes, and batch.bytes allows a request {maxItemBytes}: raise it"));

    /// <summary>The bytes of the items, which lie next to each other.</summary>
    public ReadOnlyMemory<byte> Bytes(EncodedBatch batch)
    {
        var first = batch.Items[First];
        var last = batch.Items[First + Count - 1];
        return batch.Slice(first.Start, last.Start + last.Length - first.Start);
    }
}
