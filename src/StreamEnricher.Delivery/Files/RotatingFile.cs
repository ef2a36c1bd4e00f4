using System.Globalization;
using System.IO.Compression;
using ZstdSharp;

namespace StreamEnricher.Delivery.Files;

/// <summary>
/// Appends blocks to a file durably and starts another when it is large or old. A block is whole in the file or not there: what was written of one that failed is
/// cut off again. The file being written ends in <c>.part</c>; it is closed when it is old although nothing comes any more. Thread-safe.
/// </summary>
internal sealed class RotatingFile : IDisposable
{
    private readonly FileSinkOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ITimer _ageing;
    private FileStream? _file;
    private DateTimeOffset _opened;
    private int _number;
    private bool _hasRecovered;

    /// <param name="options">Folder, name, rotation, compression.</param>
    /// <param name="time">Clock of names and ages.</param>
    public RotatingFile(FileSinkOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _ageing = time.CreateTimer(static file => ((RotatingFile)file!).CloseWhenOld(), this, options.RotateEvery, options.RotateEvery / 4);
    }

    /// <summary>Appends a block and waits until the disk has it.</summary>
    /// <exception cref="IOException">The disk refuses it: full, gone, read-only. Nothing of the block is in the file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Append(ReadOnlySpan<byte> block)
    {
        lock (_gate)
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
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ageing.Dispose();
        lock (_gate)
        {
            Close();
        }
    }

    private bool IsOld => _time.GetUtcNow() - _opened >= _options.RotateEvery;

    private void CloseWhenOld()
    {
        lock (_gate)
        {
            if (_file is null || !IsOld)
            {
                return;
            }

            try
            {
                Close();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It stays under its partial name, whole; the next start gives it its own.
                _file = null;
            }
        }
    }

    private FileStream Current()
    {
        // Before a block, not after it: a file that cannot be renamed must not make a written block count as not written.
        if (_file is not null && (_file.Length >= _options.RotateBytes || IsOld))
        {
            Close();
        }

        if (_file is null)
        {
            Directory.CreateDirectory(_options.Directory);
            if (!_hasRecovered)
            {
                _hasRecovered = true;
                PartialFiles.Recover(_options);
            }

            _opened = _time.GetUtcNow();
            _file = new FileStream(NewPath(), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }

        return _file;
    }

    private string NewPath()
    {
        var ending = _options.Compression switch { FileCompression.Gzip => ".gz", FileCompression.Zstd => ".zst", _ => "" };
        var moment = _opened.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture);
        string path;
        do
        {
            path = Path.Combine(_options.Directory, string.Create(CultureInfo.InvariantCulture, $"{_options.Name}-{moment}-{_number++:D4}.ndjson{ending}"));
        }
        while (File.Exists(path) || File.Exists(path + PartialFiles.Ending));
        return path + PartialFiles.Ending;
    }

    private void Close()
    {
        if (_file is { } file)
        {
            _file = null;
            file.Dispose();
            File.Move(file.Name, PartialFiles.FinalName(file.Name));
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
        switch (_options.Compression)
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

                    return CompressedFrames.WithLength(target.GetBuffer().AsSpan(0, (int)target.Length));
                }

            default:
                return block;
        }
    }
}
