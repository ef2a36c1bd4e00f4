using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Appends JSON bytes to a growing array of its own, or straight to the body of an <see cref="EncodedBatch"/>. Reused by one worker.</summary>
/// <remarks>
/// A comma is written before a member unless the last byte opened an object or array, so a caller needs no state to know whether it is the first;
/// an object that stayed empty is rolled back to the place before its name. Padding stays free behind what is written, so that whole vectors can be read and written.
/// </remarks>
internal sealed class Utf8Writer
{
    private byte[] _buffer = new byte[4096];
    private EncodedBatch? _target;
    private int _start;

    /// <summary>Bytes written since the last <see cref="Reset"/> or <see cref="Attach"/>, as an absolute index for <see cref="RollBack"/>.</summary>
    public int Position { get; set; }

    /// <summary>The array that positions count in; valid until it must grow.</summary>
    public byte[] Array => _buffer;

    /// <summary>Bytes written since the last <see cref="Reset"/> or <see cref="Attach"/>.</summary>
    public int Written => Position - _start;

    /// <summary>What was written since the last <see cref="Reset"/> or <see cref="Attach"/>.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, Written);

    /// <summary>Starts over in the own array.</summary>
    public void Reset()
    {
        if (_target is not null)
        {
            _target = null;
            _buffer = new byte[4096];
        }

        _start = Position = 0;
    }

    /// <summary>Writes behind the committed items of a batch from now on; the caller commits <see cref="Written"/> bytes.</summary>
    public void Attach(EncodedBatch target)
    {
        _target = target;
        _buffer = target.Reserve(0, 1024);
        _start = Position = target.Length;
    }

    /// <summary>Lets go of the batch.</summary>
    public void Detach()
    {
        _target = null;
        _buffer = [];
        _start = Position = 0;
    }

    /// <summary>Forgets everything from <paramref name="position"/> on.</summary>
    public void RollBack(int position) => Position = position;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length + EventBatch.Padding > _buffer.Length - Position)
        {
            Grow(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(Position));
        Position += bytes.Length;
    }

    /// <summary>Copies a run of bytes in steps of two vectors, the last of which may carry more than the run.</summary>
    /// <param name="source">First byte; <see cref="EventBatch.Padding"/> more than the run are readable.</param>
    /// <param name="target">First byte; as many are writable.</param>
    /// <param name="length">Bytes of the run.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyPadded(ref byte source, ref byte target, int length)
    {
        nuint at = 0;
        do
        {
            var second = Vector256.LoadUnsafe(ref source, at + (nuint)Vector256<byte>.Count);
            Vector256.LoadUnsafe(ref source, at).StoreUnsafe(ref target, at);
            second.StoreUnsafe(ref target, at + (nuint)Vector256<byte>.Count);
            at += (nuint)Vector512<byte>.Count;
        }
        while ((int)at < length);
    }

    /// <summary>Makes room for so many bytes, and padding.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void MakeRoom(int bytes) => Grow(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        if (Position + EventBatch.Padding >= _buffer.Length)
        {
            Grow(1);
        }

        _buffer[Position++] = value;
    }

    /// <summary>A comma, unless this is the first member or element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Comma()
    {
        if (Position > _start && _buffer[Position - 1] is not ((byte)'{' or (byte)'['))
        {
            Append((byte)',');
        }
    }

    /// <summary>Ends an object or array, or takes it back when nothing was written into it.</summary>
    /// <param name="start">Position before its comma and name.</param>
    /// <param name="end">Its last byte.</param>
    public void CloseOrTakeBack(int start, byte end)
    {
        if (Position > _start && _buffer[Position - 1] is (byte)'{' or (byte)'[')
        {
            RollBack(start);
        }
        else
        {
            Append(end);
        }
    }

    /// <summary>Comma, name (<c>"name":</c> with its quotes and colon) and value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Member(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Comma();
        Append(name);
        Append(value);
    }

    /// <summary>A decimal integer.</summary>
    public void Append(long value)
    {
        Ensure(20);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(Position), out var written);
        Position += written;
    }

    /// <summary>A number between 0 and 1 with at most four decimals, without exponent.</summary>
    public void AppendFraction(double value)
    {
        var scaled = (int)Math.Round(value * 10_000);
        if (scaled is 0 or 10_000)
        {
            Append((byte)(scaled == 0 ? '0' : '1'));
            return;
        }

        Append("0."u8);
        for (var unit = 1000; scaled > 0; unit /= 10)
        {
            Append((byte)('0' + (scaled / unit)));
            scaled %= unit;
        }
    }

    /// <summary>UTF-8 text as a JSON string, with quotes, escaped where JSON must.</summary>
    public void AppendString(ReadOnlySpan<byte> text)
    {
        Ensure((text.Length * 6) + 2);
        _buffer[Position++] = (byte)'"';
        Position += JsonText.Escape(text, _buffer.AsSpan(Position));
        _buffer[Position++] = (byte)'"';
    }

    /// <summary>UTF-8 text escaped for the inside of a JSON string.</summary>
    public void AppendEscaped(ReadOnlySpan<byte> text)
    {
        Ensure(text.Length * 6);
        Position += JsonText.Escape(text, _buffer.AsSpan(Position));
    }

    /// <summary>At least so many free bytes; write to it and call <see cref="Advance"/>.</summary>
    public Span<byte> Free(int bytes)
    {
        Ensure(bytes);
        return _buffer.AsSpan(Position);
    }

    /// <summary>Counts bytes written to <see cref="Free"/>.</summary>
    public void Advance(int bytes) => Position += bytes;

    /// <summary>Bytes written earlier, once more. (A span of them would move when the array grows.)</summary>
    public void AppendOwn(int start, int length)
    {
        Ensure(length);
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(Position));
        Position += length;
    }

    /// <summary>Bytes written earlier.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => _buffer.AsSpan(start, length);

    private void Ensure(int bytes)
    {
        if (bytes + EventBatch.Padding > _buffer.Length - Position)
        {
            Grow(bytes);
        }
    }

    private void Grow(int bytes)
    {
        if (_target is not null)
        {
            _buffer = _target.Reserve(Written, Math.Max(bytes, Written));
            return;
        }

        System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Position + bytes + EventBatch.Padding));
    }
}
