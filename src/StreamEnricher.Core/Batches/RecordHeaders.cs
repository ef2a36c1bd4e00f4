using System.Buffers.Binary;
using System.Text;

namespace StreamEnricher.Core.Batches;

/// <summary>Kafka record headers as one run of bytes: per header int32 name length, name (UTF-8), int32 value length (-1 = null), value; little-endian.</summary>
public static class RecordHeaders
{
    /// <summary>Bytes that one header takes.</summary>
    public static int SizeOf(string name, ReadOnlySpan<byte> value) => sizeof(int) + Encoding.UTF8.GetByteCount(name) + sizeof(int) + value.Length;

    /// <summary>Writes one header; returns the bytes written.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <param name="name">Header name.</param>
    /// <param name="value">Header value.</param>
    /// <param name="isNull">The value is null, not empty.</param>
    public static int Write(Span<byte> destination, string name, ReadOnlySpan<byte> value, bool isNull)
    {
        var length = Encoding.UTF8.GetBytes(name, destination[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(destination, length);
        var at = sizeof(int) + length;
        BinaryPrimitives.WriteInt32LittleEndian(destination[at..], isNull ? -1 : value.Length);
        at += sizeof(int);
        value.CopyTo(destination[at..]);
        return at + value.Length;
    }

    /// <summary>Reads all headers of a run.</summary>
    public static List<KeyValuePair<string, byte[]?>> Read(ReadOnlySpan<byte> encoded)
    {
        var headers = new List<KeyValuePair<string, byte[]?>>();
        while (!encoded.IsEmpty)
        {
            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(encoded);
            var name = Encoding.UTF8.GetString(encoded.Slice(sizeof(int), nameLength));
            encoded = encoded[(sizeof(int) + nameLength)..];
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(encoded);
            encoded = encoded[sizeof(int)..];
            headers.Add(new(name, valueLength < 0 ? null : encoded[..valueLength].ToArray()));
            encoded = encoded[Math.Max(valueLength, 0)..];
        }

        return headers;
    }
}
