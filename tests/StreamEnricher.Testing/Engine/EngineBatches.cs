using System.Globalization;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Testing.Engine;

/// <summary>Builds leases and batches for the engine's tests; a record's value is its offset.</summary>
public static class EngineBatches
{
    /// <summary>Kafka timestamp of all records: 2026-01-01T00:00:00Z.</summary>
    public const long Timestamp = 1_767_225_600_000;

    /// <summary>A lease whose sinks all start at one offset.</summary>
    public static PartitionLease Lease(int sinks, int partition = 0, string topic = "t", long start = 0) =>
        new("source", topic, partition, [.. Enumerable.Repeat(start, sinks)]);

    /// <summary>Records first to first + count - 1 of one partition; those that are left out are covered all the same.</summary>
    public static EventBatch Of(PartitionLease lease, long first, int count, MemoryLease? memory = null, Func<long, bool>? leftOut = null)
    {
        var batch = New(count, memory);
        Append(batch, lease, first, count, leftOut);
        return batch;
    }

    /// <summary>An empty batch for so many records.</summary>
    public static EventBatch New(int count, MemoryLease? memory = null) => new(Math.Max(1024, count * 128), Math.Max(1, count), memory ?? MemoryLease.Unlimited);

    /// <summary>Adds records to a batch.</summary>
    public static void Append(EventBatch batch, PartitionLease lease, long first, int count, Func<long, bool>? leftOut = null)
    {
        for (var offset = first; offset < first + count; offset++)
        {
            if (leftOut?.Invoke(offset) == true)
            {
                batch.Advance(lease, offset, offset + 1);
            }
            else if (!batch.TryAppend(lease, offset, Timestamp, Encoding.UTF8.GetBytes(offset.ToString(CultureInfo.InvariantCulture)), false, default, true, default))
            {
                throw new InvalidOperationException("The test batch is too small.");
            }
        }
    }

    /// <summary>Offsets of the records that a sink got, in the order of its items.</summary>
    public static IReadOnlyList<long> Offsets(EncodedBatch batch)
    {
        var offsets = new List<long>(batch.Count);
        foreach (var item in batch.Items)
        {
            offsets.Add(batch.Source.Records[item.Record].Offset);
        }

        return offsets;
    }
}
