using System.IO.Compression;
using System.Net.Sockets;

namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>Reads the requests of one connection, one after another, into memory that is kept.</summary>
internal sealed class RequestReader(Socket connection) : IDisposable
{
    private byte[] _received = new byte[1 << 20];
    private byte[] _inflated = [];
    private int _count;
    private int _taken;
    private (bool IsInflated, int Start, int Length) _body;

    /// <summary>Body of the last request, decompressed; until the next call.</summary>
    public ReadOnlySpan<byte> Body => (_body.IsInflated ? _inflated : _received).AsSpan(_body.Start, _body.Length);

    /// <summary>Bytes of its body as they came.</summary>
    public int WireBytes { get; private set; }

    /// <summary>Waits for a request and reads all of it; null when the other side has closed.</summary>
    public RequestHead? Next()
    {
        _received.AsSpan(_taken, _count - _taken).CopyTo(_received);
        (_count, _taken) = (_count - _taken, 0);
        RequestHead? head;
        int size;
        while ((head = RequestHead.Read(_received.AsSpan(0, _count), out size)) is null)
        {
            if (!TryReceive(_count + 1))
            {
                return null;
            }
        }

        if (head.Value.IsAsking)
        {
            connection.Send("HTTP/1.1 100 Continue\r\n\r\n"u8);
        }

        var length = head.Value.Length;
        while (_count < size + length)
        {
            if (!TryReceive(size + length))
            {
                return null;
            }
        }

        (_taken, WireBytes) = (size + length, length);
        _body = head.Value.IsGzip ? (true, 0, Inflate(size, length)) : (false, size, length);
        return head;
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    private bool TryReceive(int needed)
    {
        if (needed > _received.Length)
        {
            Array.Resize(ref _received, Math.Max(needed, _received.Length * 2));
        }

        var received = connection.Receive(_received.AsSpan(_count));
        _count += received;
        return received > 0;
    }

    private int Inflate(int start, int length)
    {
        using var gzip = new GZipStream(new MemoryStream(_received, start, length, writable: false), CompressionMode.Decompress);
        var inflated = 0;
        while (true)
        {
            if (inflated == _inflated.Length)
            {
                Array.Resize(ref _inflated, Math.Max(1 << 20, _inflated.Length * 2));
            }

            var read = gzip.Read(_inflated.AsSpan(inflated));
            if (read == 0)
            {
                return inflated;
            }

            inflated += read;
        }
    }
}
