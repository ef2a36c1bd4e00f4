using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using ZstdSharp;

namespace StreamEnricher.Delivery.Files;

/// <summary>Reads back what a file sink has written.</summary>
internal static class SinkFileLines
{
    /// <summary>
    /// The lines of a sink's files, oldest file first. Of the file that an engine writes to at the moment the last line may be torn; a compressed one is left out until
    /// it is closed.
    /// </summary>
    /// <param name="directory">The sink's folder.</param>
    /// <param name="sink">The sink's name.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InvalidDataException">There is no such folder.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(string directory, string sink, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
        {
            throw new InvalidDataException($"there is no folder {directory}");
        }

        foreach (var file in Directory.EnumerateFiles(directory, $"{sink}-*.ndjson*").Order(StringComparer.Ordinal))
        {
            if (file.EndsWith(PartialFiles.Ending, StringComparison.Ordinal) && !PartialFiles.FinalName(file).EndsWith(".ndjson", StringComparison.Ordinal))
            {
                continue;
            }

            using var reader = new StreamReader(Open(file), Encoding.UTF8);
            while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            {
                yield return line;
            }
        }
    }

    private static Stream Open(string file)
    {
        var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Path.GetExtension(file) switch
        {
            ".gz" => new GZipStream(content, CompressionMode.Decompress),
            ".zst" => new DecompressionStream(content, leaveOpen: false),
            _ => content,
        };
    }
}
