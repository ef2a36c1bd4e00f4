using System.Buffers.Text;
using System.Text;

namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>What a receiver has to know of a request.</summary>
/// <param name="IsHead">The method is HEAD: the answer has no body.</param>
/// <param name="IsBulk">The path is that of <c>_bulk</c>.</param>
/// <param name="Length">Bytes of the body.</param>
/// <param name="IsGzip">The body is compressed.</param>
/// <param name="IsAsking">The client wants to hear that it may send the body.</param>
internal readonly record struct RequestHead(bool IsHead, bool IsBulk, int Length, bool IsGzip, bool IsAsking = false)
{
    /// <summary>Reads a head; null when it has no end yet.</summary>
    /// <param name="text">Received bytes.</param>
    /// <param name="size">Bytes of the head, its empty line included.</param>
    /// <exception cref="InvalidDataException">The body has no length: the sinks always give one.</exception>
    public static RequestHead? Read(ReadOnlySpan<byte> text, out int size)
    {
        var end = text.IndexOf("\r\n\r\n"u8);
        size = end + 4;
        if (end < 0)
        {
            return null;
        }

        var line = text[..text.IndexOf("\r\n"u8)];
        var (length, isGzip, isAsking) = (0, false, false);
        foreach (var range in text[(line.Length + 2)..(end + 2)].Split("\r\n"u8))
        {
            var header = text[(line.Length + 2)..][range];
            if (Value(header, "content-length") is { Length: > 0 } number && (!Utf8Parser.TryParse(number, out length, out _) || length < 0))
            {
                throw new InvalidDataException("a content-length that is no number");
            }

            isAsking |= Value(header, "expect").SequenceEqual("100-continue"u8);
            isGzip |= Value(header, "content-encoding").SequenceEqual("gzip"u8);
            if (!Value(header, "transfer-encoding").IsEmpty)
            {
                throw new InvalidDataException("a request without a content-length");
            }
        }

        return new RequestHead(line.StartsWith("HEAD "u8), line.IndexOf("/_bulk"u8) >= 0, length, isGzip, isAsking);
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> header, string name) =>
        header.Length > name.Length && header[name.Length] == (byte)':' && Ascii.EqualsIgnoreCase(header[..name.Length], name) ? header[(name.Length + 1)..].Trim((byte)' ') : default;
}
