using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamEnricher.Core.Batches;
using StreamEnricher.Kafka.Interop;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Takes records from the client and keeps them in order until the batch has room. Belongs to the poll thread.</summary>
/// <remarks>
/// The first record of a turn comes from Consume, in which the client also raises what its handlers threw; the rest comes from the native batch call, which
/// costs a sixth and makes no garbage. Without that call (see <see cref="LibRdKafka"/>) all come from Consume.
/// </remarks>
internal sealed class RecordReader(IConsumer<byte[], byte[]> consumer, NativeBatchReader? native) : IDisposable
{
    private const int MostAtOnce = 500;
    private readonly Queue<Held> _records = new();
    private readonly nint[] _messages = new nint[MostAtOnce];
    private byte[] _headers = new byte[1024];

    /// <summary>The oldest record that was not passed on; false when there is none.</summary>
    public bool TryPeek(out RecordView view)
    {
        if (!_records.TryPeek(out var held))
        {
            view = default;
            return false;
        }

        view = held.Managed is { } record ? View(record) : native!.View(held.Native);
        return true;
    }

    /// <summary>The oldest record was passed on.</summary>
    public void Advance() => Free(_records.Dequeue());

    /// <summary>Waits for records, or for anything else that the client has to say; rebalance handlers run in this call.</summary>
    /// <exception cref="KafkaException">An error of the client or of one partition.</exception>
    public void Poll(int timeoutMilliseconds)
    {
        var record = consumer.Consume(timeoutMilliseconds);
        if (record is null)
        {
            return;
        }

        _records.Enqueue(new Held(record, 0));
        if (native is not null)
        {
            ReadBatch(native);
            return;
        }

        for (var count = 1; count < MostAtOnce && consumer.Consume(0) is { } next; count++)
        {
            _records.Enqueue(new Held(next, 0));
        }
    }

    /// <summary>Forgets the records of partitions that were given up: they must not be taken for those of a later assignment.</summary>
    public void Drop(IReadOnlySet<TopicPartition> partitions)
    {
        for (var left = _records.Count; left > 0; left--)
        {
            var held = _records.Dequeue();
            if (held.Managed is { } record ? partitions.Contains(record.TopicPartition) : native!.IsOf(held.Native, partitions))
            {
                Free(held);
            }
            else
            {
                _records.Enqueue(held);
            }
        }
    }

    /// <summary>Forgets all records.</summary>
    public void Clear()
    {
        while (_records.TryDequeue(out var held))
        {
            Free(held);
        }
    }

    /// <summary>Lets go of the client's queue; before the consumer is closed.</summary>
    public void Dispose()
    {
        Clear();
        native?.Dispose();
    }

    private void ReadBatch(NativeBatchReader reader)
    {
        Error? error = null;
        var count = reader.Read(_messages);
        for (var i = 0; i < count; i++)
        {
            if (NativeBatchReader.ErrorOf(_messages[i]) is { } one)
            {
                error ??= one;
                reader.Free(_messages[i]);
            }
            else
            {
                _records.Enqueue(new Held(null, _messages[i]));
            }
        }

        if (error is not null)
        {
            throw new KafkaException(error);
        }
    }

    private void Free(Held held)
    {
        if (held.Managed is null)
        {
            native!.Free(held.Native);
        }
    }

    private RecordView View(ConsumeResult<byte[], byte[]> record) => record.IsPartitionEOF
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

    private ReadOnlySpan<byte> Encode(Headers? headers)
    {
        var length = 0;
        for (var i = 0; i < (headers?.Count ?? 0); i++)
        {
            var header = headers![i];
            var value = header.GetValueBytes();
            var needed = length + RecordHeaders.SizeOf(header.Key, value);
            if (needed > _headers.Length)
            {
                Array.Resize(ref _headers, Math.Max(_headers.Length * 2, needed));
            }

            length += RecordHeaders.Write(_headers.AsSpan(length), header.Key, value, value is null);
        }

        return _headers.AsSpan(0, length);
    }

    /// <summary>A record in one of its two shapes.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Held(ConsumeResult<byte[], byte[]>? Managed, nint Native);
}
