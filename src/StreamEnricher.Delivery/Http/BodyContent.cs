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

        return new GzipContent(body.Span) { Headers = { ContentType = mediaType, ContentEncoding = { "gzip" } } };
    }
}
