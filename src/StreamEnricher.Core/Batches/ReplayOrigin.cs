using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.Core.Batches;

/// <summary>
/// Where a replayed record stood first. A replay writes a dead letter to its topic again with this in a header, and the record then counts as what it was: its
/// event id, its position in documents and its timestamp are those of the first time (invariant I5).
/// </summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Timestamp">Kafka timestamp, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Sink">The only sink that gets it; null: all of them.</param>
public sealed record ReplayOrigin(string Topic, int Partition, long Offset, long Timestamp, string? Sink)
{
    /// <summary>Name of the header.</summary>
    public const string HeaderName = "streamenricher.replay";

    private const int LongestTopic = 249;

    private static readonly byte[] Name = Encoding.UTF8.GetBytes(HeaderName);

    /// <summary>UTF-8 topic, a zero byte, the partition as big-endian int32: the head of the identity.</summary>
    public byte[] IdentityPrefix()
    {
        var prefix = new byte[Encoding.UTF8.GetByteCount(Topic) + 1 + sizeof(int)];
        var length = Encoding.UTF8.GetBytes(Topic, prefix);
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(length + 1), Partition);
        return prefix;
    }

    /// <summary>The header's value: a JSON object.</summary>
    public byte[] ToHeader()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("topic", Topic);
            writer.WriteNumber("partition", Partition);
            writer.WriteNumber("offset", Offset);
            writer.WriteNumber("timestamp", Timestamp);
            if (Sink is not null)
            {
                writer.WriteString("sink", Sink);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Finds the header among others; null when there is none or when it is not what <see cref="ToHeader"/> writes.</summary>
    /// <param name="headers">Encoded by <see cref="RecordHeaders"/>.</param>
    /// <param name="others">The headers without it.</param>
    internal static ReplayOrigin? Take(ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> others)
    {
        others = headers;
        for (var at = 0; at < headers.Length;)
        {
            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(headers[at..]);
            var name = headers.Slice(at + sizeof(int), nameLength);
            var valueAt = at + sizeof(int) + nameLength;
            var valueLength = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(headers[valueAt..]));
            var next = valueAt + sizeof(int) + valueLength;
            if (name.SequenceEqual(Name) && Parse(headers.Slice(valueAt + sizeof(int), valueLength)) is { } origin)
            {
                var left = new byte[headers.Length - (next - at)];
                headers[..at].CopyTo(left);
                headers[next..].CopyTo(left.AsSpan(at));
                others = left;
                return origin;
            }

            at = next;
        }

        return null;
    }

    private static ReplayOrigin? Parse(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        string? topic = null, sink = null;
        int? partition = null;
        long? offset = null, timestamp = null;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "topic":
                        topic = reader.GetString();
                        break;
                    case "partition":
                        partition = reader.GetInt32();
                        break;
                    case "offset":
                        offset = reader.GetInt64();
                        break;
                    case "timestamp":
                        timestamp = reader.GetInt64();
                        break;
                    case "sink":
                        sink = reader.GetString();
                        break;
                    default:
                        return null;
                }
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // Somebody else's header of the same name: the record stands for itself.
            return null;
        }

        // Documents carry the topic as it stands: nothing that Kafka does not allow in a name may come in by a header.
        return topic is { Length: > 0 and <= LongestTopic } && topic.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') && partition is >= 0 && offset is >= 0 && timestamp is not null
            ? new ReplayOrigin(topic, partition.Value, offset.Value, timestamp.Value, sink)
            : null;
    }
}
