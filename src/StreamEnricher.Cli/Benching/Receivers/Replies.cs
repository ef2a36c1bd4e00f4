using System.Text;

namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>Answers that say that everything was stored. One connection's memory, reused for answer after answer.</summary>
internal sealed class Replies
{
    private static readonly byte[] Accepted = [.. Head(27), .. "{\"text\":\"Success\",\"code\":0}"u8];
    private static readonly byte[] Empty = Head(0);
    private byte[] _buffer = new byte[1 << 16];

    private static ReadOnlySpan<byte> Begin => "{\"errors\":false,\"items\":["u8;

    private static ReadOnlySpan<byte> Stored => "{\"create\":{\"status\":201}},"u8;

    private static ReadOnlySpan<byte> End => "]}"u8;

    /// <summary>The answer to a request: of <c>_bulk</c> an item for each of its documents, which are every second line. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(RequestHead head, ReadOnlySpan<byte> body) => head.IsHead ? Empty : head.IsBulk ? OfItems(body.Count((byte)'\n') / 2) : Accepted;

    private ReadOnlySpan<byte> OfItems(int count)
    {
        // The last comma gives way to the end.
        var length = Begin.Length + Math.Max(0, (count * Stored.Length) - 1) + End.Length;
        var head = Head(length);
        if (_buffer.Length < head.Length + length + 1)
        {
            _buffer = new byte[(head.Length + length + 1) * 2];
        }

        head.CopyTo(_buffer, 0);
        Begin.CopyTo(_buffer.AsSpan(head.Length));
        var at = head.Length + Begin.Length;
        for (var i = 0; i < count; i++)
        {
            Stored.CopyTo(_buffer.AsSpan(at));
            at += Stored.Length;
        }

        End.CopyTo(_buffer.AsSpan(head.Length + length - End.Length));
        return _buffer.AsSpan(0, head.Length + length);
    }

    private static byte[] Head(int length) => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
}
