using System.IO.Compression;
using System.Net;

namespace StreamEnricher.Delivery.Http;

/// <summary>A request body in gzip, in a pooled array.</summary>
/// <remarks>
/// A reply may come before the body has been sent whole, and a request may be given up: the bytes must not change under a connection that still reads them. So the array
/// goes back when the request is disposed and nothing is being sent any more.
/// </remarks>
internal sealed class GzipContent : HttpContent
{
    private readonly SlabStream _compressed;
    private int _holders = 1;
    private int _disposed;

    /// <param name="body">The plain bytes; not needed any more afterwards.</param>
    public GzipContent(ReadOnlySpan<byte> body)
    {
        _compressed = new SlabStream(Math.Max(1024, body.Length / 4));
        using var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true);
        gzip.Write(body);
    }

    /// <inheritdoc />
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Interlocked.Increment(ref _holders) == 1, this);
        try
        {
            await stream.WriteAsync(_compressed.Written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            LetGo();
        }
    }

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = _compressed.Length;
        return true;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            LetGo();
        }

        base.Dispose(disposing);
    }

    private void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _compressed.Dispose();
        }
    }
}
