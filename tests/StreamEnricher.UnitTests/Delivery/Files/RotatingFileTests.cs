using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Delivery.Files;
using ZstdSharp;

namespace StreamEnricher.UnitTests.Delivery.Files;

public sealed class RotatingFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_partial_until_it_is_closed()
    {
        using (var file = new RotatingFile(Options(), _clock))
        {
            file.Append("one\n"u8);
            Assert.Equal(["archive-20260102T030405.678Z-0000.ndjson.part"], _folder.Names());
            Assert.Equal("one\n", Shared(_folder.Names()[0]));
            file.Append("two\n"u8);
        }

        Assert.Equal(["archive-20260102T030405.678Z-0000.ndjson"], _folder.Names());
        Assert.Equal("one\ntwo\n", Shared(_folder.Names()[0]));
    }

    [Fact]
    public void Another_file_begins_once_one_is_large_enough()
    {
        using (var file = new RotatingFile(Options() with { RotateBytes = 8 }, _clock))
        {
            file.Append("1234\n"u8);
            file.Append("5678\n"u8);
            file.Append("9\n"u8);
        }

        Assert.Equal(["1234\n5678\n", "9\n"], _folder.Names().Select(Shared));
        Assert.DoesNotContain(_folder.Names(), static name => name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_file_begins_once_one_is_old_enough()
    {
        using (var file = new RotatingFile(Options() with { RotateEvery = TimeSpan.FromHours(1) }, _clock))
        {
            file.Append("1\n"u8);
            _clock.Advance(TimeSpan.FromMinutes(59));
            file.Append("2\n"u8);
            _clock.Advance(TimeSpan.FromMinutes(1));
            file.Append("3\n"u8);
        }

        Assert.Equal(["archive-20260102T030405.678Z-0000.ndjson", "archive-20260102T040405.678Z-0001.ndjson"], _folder.Names());
        Assert.Equal(["1\n2\n", "3\n"], _folder.Names().Select(Shared));
    }

    [Fact]
    public void A_file_that_is_there_is_never_written_to()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "archive-20260102T030405.678Z-0000.ndjson"), "old");
        File.WriteAllText(Path.Combine(_folder.Path, "archive-20260102T030405.678Z-0001.ndjson.part"), "whole\ntorn");
        using (var file = new RotatingFile(Options(), _clock))
        {
            file.Append("new\n"u8);
        }

        Assert.Equal(["old", "whole\n", "new\n"], _folder.Names().Select(Shared));
    }

    [Fact]
    public void A_file_is_closed_when_it_is_old_although_nothing_comes_any_more()
    {
        using var file = new RotatingFile(Options() with { RotateEvery = TimeSpan.FromHours(1) }, _clock);
        _clock.Advance(TimeSpan.FromMinutes(50));
        file.Append("1\n"u8);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.EndsWith(".part", Assert.Single(_folder.Names()), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(16));
        Assert.EndsWith(".ndjson", Assert.Single(_folder.Names()), StringComparison.Ordinal);
        file.Append("2\n"u8);
        Assert.Equal(["1\n", "2\n"], _folder.Names().Select(Shared));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("torn", "")]
    [InlineData("1\n2\n", "1\n2\n")]
    [InlineData("1\n2", "1\n")]
    public void What_a_dead_process_left_gets_its_name_without_the_torn_line(string left, string kept)
    {
        const string name = "archive-20260101T000000.000Z-0007.ndjson";
        File.WriteAllText(Path.Combine(_folder.Path, name + ".part"), left);
        using (var file = new RotatingFile(Options(), _clock))
        {
            file.Append("new\n"u8);
        }

        Assert.Equal([kept, "new\n"], _folder.Names().Select(Shared));
        Assert.Equal(name, _folder.Names()[0]);
    }

    [Fact]
    public void What_another_process_writes_is_left_alone()
    {
        using var other = new RotatingFile(Options(), _clock);
        other.Append("theirs\n"u8);
        using var own = new RotatingFile(Options(), _clock);
        own.Append("ours\n"u8);
        other.Append("theirs\n"u8);
        Assert.Equal(["theirs\ntheirs\n", "ours\n"], _folder.Names().Select(Shared));
        Assert.All(_folder.Names(), static name => Assert.EndsWith(".part", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Zstd_frames_read_as_one_file()
    {
        using (var file = new RotatingFile(Options() with { Compression = FileCompression.Zstd }, _clock))
        {
            file.Append("one\n"u8);
            file.Append("two\n"u8);
        }

        var name = Assert.Single(_folder.Names());
        Assert.EndsWith(".ndjson.zst", name, StringComparison.Ordinal);
        using var stream = new DecompressionStream(File.OpenRead(Path.Combine(_folder.Path, name)));
        Assert.Equal("one\ntwo\n", new StreamReader(stream).ReadToEnd());
    }

    [Fact]
    public void Gzip_members_read_as_one_file()
    {
        using (var file = new RotatingFile(Options() with { Compression = FileCompression.Gzip }, _clock))
        {
            file.Append("one\n"u8);
            file.Append("two\n"u8);
        }

        var name = Assert.Single(_folder.Names());
        Assert.EndsWith(".ndjson.gz", name, StringComparison.Ordinal);
        using var stream = new GZipStream(File.OpenRead(Path.Combine(_folder.Path, name)), CompressionMode.Decompress);
        Assert.Equal("one\ntwo\n", new StreamReader(stream).ReadToEnd());
    }

    [Fact]
    public void A_file_that_cannot_be_renamed_does_not_make_its_last_block_fail()
    {
        using var file = new RotatingFile(Options() with { RotateBytes = 2 }, _clock);
        file.Append("1\n"u8);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "archive-20260102T030405.678Z-0000.ndjson"));
        Assert.ThrowsAny<IOException>(() => file.Append("2\n"u8));
        file.Append("2\n"u8);
        file.Dispose();
        Assert.Equal(["1\n", "2\n"], _folder.Names().Select(Shared).Order(StringComparer.Ordinal));
    }

    private FileSinkOptions Options() => new() { Name = "archive", Directory = _folder.Path };

    private string Shared(string name)
    {
        using var stream = new FileStream(Path.Combine(_folder.Path, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream, Encoding.UTF8).ReadToEnd();
    }
}
