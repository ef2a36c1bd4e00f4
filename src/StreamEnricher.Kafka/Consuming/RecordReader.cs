using Confluent.Kafka;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Takes records from the client and keeps them in order until the batch has room. Belongs to the poll thread.</summary>
internal sealed class RecordReader(IConsumer<byte[], byte[]> consumer)
{
    private const int MostAtOnce = 500;
    private readonly Queue<ConsumeResult<byte[], byte[]>> _records = new();
    private byte[] _headers = new byte[1024];

    /// <summary>The oldest record that was not passed on; false when there is none.</summary>
    public bool TryPeek(out RecordView view)
    {
        if (!_records.TryPeek(out var record))
        {
            view = default;
            return false;
        }

        view = record.IsPartitionEOF
            ? new RecordView { Topic = record.Topic, Partition = record.Partition.Value, Offset = record.Offset.Value, IsEnd = true }
            : new RecordView
            {
                Topic = record.Topic,
                Partition = record.Partition.Value,
                Offset = record.Offset.Value,
                Timestamp = record.Message.Timestamp.UnixTimestampMs,
                Value = record.Message.Value,
                ValueIsNull = record.Message.Value is null,
                Key = record.Message.Key,
                KeyIsNull = record.Message.Key is null,
                Headers = Encode(record.Message.Headers),
            };
        return true;
    }

    /// <summary>The oldest record was passed on.</summary>
    public void Advance() => _records.Dequeue();

    /// <summary>Waits for records, or for anything else that the client has to say; rebalance handlers run in this call.</summary>
    /// <exception cref="KafkaException">An error of the client or of one partition.</exception>
    public void Poll(int timeoutMilliseconds)
    {
        for (var record = consumer.Consume(timeoutMilliseconds); record is not null; record = consumer.Consume(0))
        {
            _records.Enqueue(record);
            if (_records.Count >= MostAtOnce)
            {
                return;
            }
        }
    }

    /// <summary>Forgets the records of partitions that were given up: they must not be taken for those of a later assignment.</summary>
    public void Drop(IReadOnlySet<TopicPartition> partitions)
    {
        for (var left = _records.Count; left > 0; left--)
        {
            var record = _records.Dequeue();
            if (!partitions.Contains(record.TopicPartition))
            {
                _records.Enqueue(record);
            }
        }
    }

    /// <summary>Forgets all records.</summary>
    public void Clear() => _records.Clear();

    private ReadOnlySpan<byte> Encode(Headers? headers)
    {
        var length = 0;
        for (var i = 0; i < (headers?.Count ?? 0); i++)
        {
            var header = headers![i];
            var value = header.GetValueBytes();
            var size = RecordHeaders.SizeOf(header.Key, value);
            if (length + size > _headers.Length)
            {
                Array.Resize(ref _headers, Math.Max(_headers.Length * 2, length + size));
            }

            length += RecordHeaders.Write(_headers.AsSpan(length), header.Key, value, value is null);
        }

        return _headers.AsSpan(0, length);
    }
}
