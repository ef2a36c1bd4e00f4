using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using StreamEnricher.Core.Batches;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Kafka.Interop;

/// <summary>Takes many records from a consumer in one call and without garbage. Belongs to the poll thread; dispose before the consumer is closed.</summary>
internal sealed unsafe class NativeBatchReader : IDisposable
{
    private readonly LibRdKafka _library;
    private readonly SafeHandle _client;
    private readonly nint _queue;
    private byte[] _headers = new byte[1024];
    private nint _lastTopic;
    private string _lastTopicName = string.Empty;
    private bool _disposed;

    private NativeBatchReader(LibRdKafka library, SafeHandle client)
    {
        var added = false;
        client.DangerousAddRef(ref added);
        _library = library;
        _client = client;
        _queue = library.QueueGetConsumer(client.DangerousGetHandle());
    }

    /// <summary>A reader for a consumer, or null with the reason why it cannot be had.</summary>
    public static NativeBatchReader? TryOpen(Handle consumer, out string problem) =>
        LibRdKafka.TryGet(out problem) is { } library && LibRdKafka.TryGetHandle(consumer, out problem) is { } client ? new NativeBatchReader(library, client) : null;

    /// <summary>Takes what the client has read, without waiting. Each message must be given back to <see cref="Free"/>.</summary>
    /// <param name="messages">Takes the messages' addresses.</param>
    public int Read(nint[] messages)
    {
        _lastTopic = 0;
        fixed (nint* first = messages)
        {
            return (int)Math.Max(0, _library.ConsumeBatchQueue(_queue, 0, (NativeMessage**)first, messages.Length));
        }
    }

    /// <summary>The error that a message stands for; null for a record or a partition's end.</summary>
    public static Error? ErrorOf(nint message)
    {
        var native = (NativeMessage*)message;
        return native->Error is 0 or NativeMessage.PartitionEof
            ? null
            : new Error((ErrorCode)native->Error, Encoding.UTF8.GetString(new ReadOnlySpan<byte>(native->Value, (int)native->ValueLength)));
    }

    /// <summary>True when a message is of one of these partitions.</summary>
    public bool IsOf(nint message, IReadOnlySet<TopicPartition> partitions)
    {
        var native = (NativeMessage*)message;
        return partitions.Contains(new TopicPartition(TopicOf(native->Topic), native->Partition));
    }

    /// <summary>A message as a record; valid until it is freed or the next one is viewed.</summary>
    public RecordView View(nint message)
    {
        var native = (NativeMessage*)message;
        if (native->Error != 0)
        {
            return new RecordView { Topic = TopicOf(native->Topic), Partition = native->Partition, Offset = native->Offset, IsEnd = true };
        }

        return new RecordView
        {
            Topic = TopicOf(native->Topic),
            Partition = native->Partition,
            Offset = native->Offset,
            Timestamp = _library.MessageTimestamp(native, null),
            Value = new ReadOnlySpan<byte>(native->Value, (int)native->ValueLength),
            ValueIsNull = native->Value is null,
            Key = new ReadOnlySpan<byte>(native->Key, (int)native->KeyLength),
            KeyIsNull = native->Key is null,
            Headers = Encode(native),
        };
    }

    /// <summary>Gives a message back.</summary>
    public void Free(nint message) => _library.MessageDestroy((NativeMessage*)message);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _library.QueueDestroy(_queue);
            _client.DangerousRelease();
        }
    }

    private string TopicOf(nint topic)
    {
        // Messages come in runs of one topic. The address is good for as long as a message of it is held, so it is forgotten with each read.
        if (topic != _lastTopic)
        {
            _lastTopicName = Marshal.PtrToStringUTF8((nint)_library.TopicName(topic))!;
            _lastTopic = topic;
        }

        return _lastTopicName;
    }

    private ReadOnlySpan<byte> Encode(NativeMessage* message)
    {
        nint headers;
        if (_library.MessageHeaders(message, &headers) != 0)
        {
            return default;
        }

        var length = 0;
        byte* name;
        byte* value;
        nint size;
        for (nint i = 0; _library.HeaderGetAll(headers, i, &name, &value, &size) == 0; i++)
        {
            var text = Marshal.PtrToStringUTF8((nint)name)!;
            var bytes = new ReadOnlySpan<byte>(value, (int)size);
            var needed = length + RecordHeaders.SizeOf(text, bytes);
            if (needed > _headers.Length)
            {
                Array.Resize(ref _headers, Math.Max(_headers.Length * 2, needed));
            }

            length += RecordHeaders.Write(_headers.AsSpan(length), text, bytes, value is null);
        }

        return _headers.AsSpan(0, length);
    }
}
