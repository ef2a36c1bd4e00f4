using System.Globalization;
using System.IO.Compression;
using ZstdSharp;

namespace StreamEnricher.Delivery.Files;

/// <summary>
/// Appends blocks to a file durably and starts another when it is large or old. A block is whole in the file or not there: what was written of one that failed is
/// cut off again. The file being written ends in <c>.part</c>.
/// </summary>
internal sealed class RotatingFile(FileSinkOptions options, TimeProvider time) : IDisposable
{
    private const string Partial = ".part";

    private FileStream? _file;
    private DateTimeOffset _opened;
    private int _number;

    /// <summary>Appends a block and waits until the disk has it.</summary>
    /// <exception cref="IOException">The disk refuses it: full, gone, read-only. Nothing of the block is in the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Append(ReadOnlySpan<byte> block)
    {
        var file = Current();
        var before = file.Length;
        try
        {
            file.Write(Compressed(block));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            CutOff(file, before);
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Close();

    private FileStream Current()
    {
        // Before a block, not after it: a file that cannot be renamed must not make a written block count as not written.
        if (_file is not null && (_file.Length >= options.RotateBytes || time.GetUtcNow() - _opened >= options.RotateEvery))
        {
            Close();
        }

        if (_file is null)
        {
            Directory.CreateDirectory(options.Directory);
            _opened = time.GetUtcNow();
            _file = new FileStream(NewPath(), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }

        return _file;
    }

    private string NewPath()
    {
        var ending = options.Compression switch { FileCompression.Gzip => ".gz", FileCompression.Zstd => ".zst", _ => "" };
        var moment = _opened.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture);
        string path;
        do
        {
            path = Path.Combine(options.Directory, string.Create(CultureInfo.InvariantCulture, $"{options.Name}-{moment}-{_number++:D4}.ndjson{ending}"));
        }
        while (File.Exists(path) || File.Exists(path + Partial));
        return path + Partial;
    }

    private void Close()
    {
        if (_file is { } file)
        {
            _file = null;
            file.Dispose();
            File.Move(file.Name, file.Name[..^Partial.Length]);
        }
    }

    private void CutOff(FileStream file, long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            // The end may be torn: leave the file as it is and go on in another one.
            _file = null;
            file.Dispose();
        }
    }

    private ReadOnlySpan<byte> Compressed(ReadOnlySpan<byte> block)
    {
        switch (options.Compression)
        {
            case FileCompression.Zstd:
                using (var compressor = new Compressor(1))
                {
                    return compressor.Wrap(block);
                }

            case FileCompression.Gzip:
                using (var target = new MemoryStream())
                {
                    using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        gzip.Write(block);
                    }

                    return target.ToArray();
                }

            default:
                return block;
        }
    }
}
