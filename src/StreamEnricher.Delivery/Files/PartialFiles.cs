namespace StreamEnricher.Delivery.Files;

/// <summary>The files that a process left unfinished when it died.</summary>
internal static class PartialFiles
{
    /// <summary>What the name of a file ends in while it is written.</summary>
    public const string Ending = ".part";

    /// <summary>The name that a partial file gets when it is closed.</summary>
    public static string FinalName(string partial) => partial[..^Ending.Length];

    /// <summary>
    /// Gives a sink's unfinished files their names, without a torn last line or block. What another process writes to is left alone.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static void Recover(FileSinkOptions options)
    {
        foreach (var path in Directory.EnumerateFiles(options.Directory, $"{options.Name}-*.ndjson*{Ending}"))
        {
            try
            {
                using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    file.SetLength(WholeLength(file, path));
                }

                File.Move(path, FinalName(path));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use by another process, or not ours to touch: it stays as it is.
                continue;
            }
        }
    }

    private static long WholeLength(FileStream file, string path)
    {
        if (path.EndsWith($".ndjson{Ending}", StringComparison.Ordinal))
        {
            return EndOfLastLine(file);
        }

        var compression = path.EndsWith($".gz{Ending}", StringComparison.Ordinal) ? FileCompression.Gzip : FileCompression.Zstd;
        return CompressedFrames.WholeLength(file, compression) ?? file.Length;
    }

    private static long EndOfLastLine(FileStream file)
    {
        var buffer = new byte[64 << 10];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            file.Position = start;
            var part = buffer.AsSpan(0, (int)(end - start));
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return start + at + 1;
            }

            end = start;
        }

        return 0;
    }
}
