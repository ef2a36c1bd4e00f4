using System.IO.Compression;
using System.Text;
using StreamEnricher.Delivery.Files;
using ZstdSharp;

namespace StreamEnricher.UnitTests.Delivery.Files;

/// <summary>A compressed file that was being written when the process died keeps its whole blocks and nothing else.</summary>
public sealed class CompressedFramesTests
{
    public static TheoryData<FileCompression> Kinds => [FileCompression.Gzip, FileCompression.Zstd];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Wherever_the_last_block_is_torn_the_blocks_before_it_stay(FileCompression kind)
    {
        var (first, second) = (Block(kind, "first\n"), Block(kind, string.Concat(Enumerable.Range(0, 50_000).Select(static i => $"{i * 7919 % 104_729}\n"))));
        var whole = first.Length + second.Length;
        foreach (var length in Enumerable.Range(0, 40).Concat([whole / 3, whole - 1]).Where(length => length < second.Length).Select(length => first.Length + length))
        {
            Assert.Equal(first.Length, CompressedFrames.WholeLength(new MemoryStream([.. first.Concat(second).Take(length)]), kind));
        }

        Assert.Equal(whole, CompressedFrames.WholeLength(new MemoryStream([.. first, .. second]), kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_block_of_which_only_the_length_was_written_is_cut_off(FileCompression kind)
    {
        var (first, second) = (Block(kind, "first\n"), Block(kind, new string('x', 1000) + Guid.Empty));
        var zeros = second.Select((value, i) => i < second.Length / 2 ? value : (byte)0);

        Assert.Equal(first.Length, CompressedFrames.WholeLength(new MemoryStream([.. first, .. zeros]), kind));
        Assert.Equal(first.Length, CompressedFrames.WholeLength(new MemoryStream([.. first, .. new byte[512]]), kind));
        Assert.Equal(0, CompressedFrames.WholeLength(new MemoryStream(new byte[512]), kind));
    }

    [Fact]
    public void A_gzip_file_whose_members_do_not_tell_their_length_is_left_as_it_is()
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("of an older version"u8);
        }

        Assert.Null(CompressedFrames.WholeLength(target, FileCompression.Gzip));
    }

    [Fact]
    public void Readers_pass_over_the_length()
    {
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream([.. Block(FileCompression.Gzip, "a\n"), .. Block(FileCompression.Gzip, "b\n")]), CompressionMode.Decompress));

        Assert.Equal("a\nb\n", unpacked.ReadToEnd());
    }

    private static byte[] Block(FileCompression kind, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (kind == FileCompression.Zstd)
        {
            using var compressor = new Compressor(1);
            return compressor.Wrap(bytes).ToArray();
        }

        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return CompressedFrames.WithLength(target.ToArray());
    }
}
