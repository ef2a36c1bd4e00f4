using System.Buffers;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace StreamEnricher.Delivery.Http;

/// <summary>Compression of request bodies (pipeline: <c>compression</c>).</summary>
public enum BodyCompression
{
    /// <summary>None: right on a local network, where the CPU is dearer than the link.</summary>
    None,

    /// <summary>gzip level 1; higher levels cost three times the CPU for half as much again.</summary>
    Gzip,
}

/// <summary>Makes the content of a request of bytes that lie ready.</summary>
internal static class BodyContent
{
    /// <summary>The bytes themselves, without a copy, or compressed.</summary>
    public static HttpContent Create(ReadOnlyMemory<byte> body, BodyCompression compression, MediaTypeHeaderValue mediaType)
    {
        if (compression == BodyCompression.None)
        {
            return new ReadOnlyMemoryContent(body) { Headers = { ContentType = mediaType } };
        }

        var buffer = new ArrayBufferWriter<byte>(Math.Max(1024, body.Length / 4));
        using (var target = new BufferStream(buffer))
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(body.Span);
        }

        return new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = mediaType, ContentEncoding = { "gzip" } } };
    }

    private sealed class BufferStream(ArrayBufferWriter<byte> buffer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => buffer.WrittenCount;

        public override long Position
        {
            get => buffer.WrittenCount;
            set => throw new NotSupportedException("A buffer of a request is only appended to.");
        }

        public override void Flush()
        {
            // Nothing is kept back: what is written is in the buffer at once.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A buffer of a request is only written.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A buffer of a request is only appended to.");

        public override void SetLength(long value) => throw new NotSupportedException("A buffer of a request is only appended to.");

        public override void Write(byte[] source, int offset, int count) => buffer.Write(source.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> source) => buffer.Write(source);
    }
}
