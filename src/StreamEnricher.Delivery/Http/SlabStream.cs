using StreamEnricher.Core.Batches;

namespace StreamEnricher.Delivery.Http;

/// <summary>A stream into a growing array of the <see cref="SlabPool"/>; written only. Dispose gives the array back.</summary>
/// <param name="capacity">Expected bytes.</param>
internal sealed class SlabStream(int capacity) : Stream
{
    private byte[] _slab = SlabPool.Shared.Rent(capacity);
    private int _length;

    /// <summary>What was written; valid until the next write or the end of the stream.</summary>
    public ReadOnlyMemory<byte> Written => _slab.AsMemory(0, _length);

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => _length;

    /// <inheritdoc />
    public override long Position
    {
        get => _length;
        set => throw OnlyWritten();
    }

    /// <inheritdoc />
    public override void Flush()
    {
        // Nothing is kept back: what is written is in the array at once.
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw OnlyWritten();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw OnlyWritten();

    /// <inheritdoc />
    public override void SetLength(long value) => throw OnlyWritten();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > _slab.Length - _length)
        {
            var larger = SlabPool.Shared.Rent((int)Math.Min(Array.MaxLength, (long)_length + Math.Max(buffer.Length, _slab.Length)));
            Written.Span.CopyTo(larger);
            SlabPool.Shared.Return(_slab);
            _slab = larger;
        }

        buffer.CopyTo(_slab.AsSpan(_length));
        _length += buffer.Length;
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && _slab.Length > 0)
        {
            SlabPool.Shared.Return(_slab);
            (_slab, _length) = ([], 0);
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException OnlyWritten() => new("The body of a request is only appended to.");
}
