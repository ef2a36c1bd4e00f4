using System.Buffers.Binary;
using System.IO.Compression;
using ZstdSharp;

namespace StreamEnricher.Delivery.Files;

/// <summary>
/// Where the last whole block of a compressed file ends: a gzip member (RFC 1952) or a zstd frame (RFC 8878) a block. Sizes are read from headers; only the last block is
/// unpacked, because what a machine that lost power has not written may be zeros.
/// </summary>
internal static class CompressedFrames
{
    private const int GzipHeader = 10;
    private const int GzipExtra = 10;
    private const byte HasExtra = 4;
    private const int ZstdMagic = unchecked((int)0xFD2FB528);

    /// <summary>A gzip member whose header says how long the member is: an extra field <c>SE</c> with its bytes as a little-endian number. Readers pass over it.</summary>
    /// <param name="member">A member without extra fields, as <see cref="GZipStream"/> makes it.</param>
    public static byte[] WithLength(ReadOnlySpan<byte> member)
    {
        var sized = new byte[member.Length + GzipExtra];
        member[..GzipHeader].CopyTo(sized);
        sized[3] |= HasExtra;
        var extra = sized.AsSpan(GzipHeader);
        BinaryPrimitives.WriteUInt16LittleEndian(extra, GzipExtra - 2);
        "SE"u8.CopyTo(extra[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(extra[4..], sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(extra[6..], sized.Length);
        member[GzipHeader..].CopyTo(sized.AsSpan(GzipHeader + GzipExtra));
        return sized;
    }

    /// <summary>The length of the file without a torn block at its end; null for a file whose blocks do not tell their lengths.</summary>
    public static long? WholeLength(Stream file, FileCompression compression)
    {
        long end = 0, last = 0;
        while (end < file.Length)
        {
            file.Position = end;
            var length = compression == FileCompression.Gzip ? GzipLength(file) : ZstdLength(file);
            if (length is null)
            {
                return end == 0 && file.Length >= GzipHeader && IsForeign(file, compression) ? null : Checked();
            }

            if (end + length > file.Length)
            {
                return Checked();
            }

            (last, end) = (end, end + length.Value);
        }

        return Checked();

        long Checked() => end == 0 || CanUnpack(file, last, end - last, compression) ? end : last;
    }

    /// <summary>A gzip file of somebody else: it begins with a member, but not with one of ours.</summary>
    private static bool IsForeign(Stream file, FileCompression compression)
    {
        file.Position = 0;
        Span<byte> head = stackalloc byte[4];
        return compression == FileCompression.Gzip && file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[0] == 0x1F && head[1] == 0x8B
            && (head[3] & HasExtra) == 0;
    }

    private static long? GzipLength(Stream file)
    {
        Span<byte> head = stackalloc byte[GzipHeader + GzipExtra];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || head[0] != 0x1F || head[1] != 0x8B || (head[3] & HasExtra) == 0
            || !head[(GzipHeader + 2)..(GzipHeader + 4)].SequenceEqual("SE"u8))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head[(GzipHeader + 6)..]);
        return length > head.Length ? length : null;
    }

    /// <summary>A frame's header, then its blocks one by one.</summary>
    private static long? ZstdLength(Stream file)
    {
        var begin = file.Position;
        Span<byte> head = stackalloc byte[5];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || BinaryPrimitives.ReadInt32LittleEndian(head) != ZstdMagic)
        {
            return null;
        }

        var descriptor = head[4];
        var isSingle = (descriptor & 0x20) != 0;
        var sizeBytes = (descriptor >> 6) switch { 0 => isSingle ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var dictionaryBytes = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        var at = begin + head.Length + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
        Span<byte> block = stackalloc byte[3];
        while (true)
        {
            file.Position = at;
            if (file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) < block.Length)
            {
                return null;
            }

            var header = block[0] | (block[1] << 8) | (block[2] << 16);
            var type = (header >> 1) & 3;
            if (type == 3)
            {
                return null;
            }

            at += block.Length + (type == 1 ? 1 : header >> 3);
            if ((header & 1) != 0)
            {
                return at + ((descriptor & 4) != 0 ? 4 : 0) - begin;
            }
        }
    }

    private static bool CanUnpack(Stream file, long start, long length, FileCompression compression)
    {
        var block = new byte[length];
        file.Position = start;
        file.ReadExactly(block);
        try
        {
            using var packed = new MemoryStream(block);
            using Stream unpacked = compression == FileCompression.Gzip ? new GZipStream(packed, CompressionMode.Decompress) : new DecompressionStream(packed);
            unpacked.CopyTo(Stream.Null);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or ZstdException or IOException)
        {
            return false;
        }
    }
}
