using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Testing.Kafka;

/// <summary>Builds batches as a source would.</summary>
public static class TestBatches
{
    /// <summary>A batch of values of one partition with offsets from 0 and event ids 1, 2, 3, …</summary>
    public static EventBatch Of(PartitionLease lease, params IReadOnlyList<string> values)
    {
        var batch = new EventBatch(values.Sum(static value => Encoding.UTF8.GetByteCount(value) + 256) + 1024, Math.Max(1, values.Count), MemoryLease.Unlimited);
        for (var i = 0; i < values.Count; i++)
        {
            if (!batch.TryAppend(lease, i, 1_700_000_000_000 + i, Encoding.UTF8.GetBytes(values[i]), false, default, true, default))
            {
                throw new InvalidOperationException("The test batch is too small.");
            }

            batch.Records[i].EventId = (UInt128)(i + 1);
        }

        return batch;
    }

    /// <summary>One item for each record, with the record's value as it is and, when given, a key.</summary>
    public static EncodedBatch Encode(EventBatch source, string key = "", bool shared = false)
    {
        var encoded = new EncodedBatch(source, source.UsedBytes);
        for (var i = 0; i < source.Count; i++)
        {
            var value = source.Value(i);
            var room = encoded.Reserve(key.Length + value.Length);
            Encoding.UTF8.GetBytes(key, room);
            value.CopyTo(room[key.Length..]);
            encoded.Commit(i, value.Length, key.Length, shared);
        }

        return encoded;
    }
}
