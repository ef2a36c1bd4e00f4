using System.IO.Compression;
using System.Text;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A table as text: UTF-8, one header line, columns separated by TAB, no quoting; empty lines and lines that start with # are skipped. A path ending in .gz is gzip.</summary>
internal sealed class TsvFile
{
    private readonly string[] _header;

    private TsvFile(string path, string[] header, List<TsvRow> rows)
    {
        Path = path;
        _header = header;
        Rows = rows;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Rows below the header.</summary>
    public IReadOnlyList<TsvRow> Rows { get; }

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="DataFileException">The file cannot be read, or a row has another number of columns than the header.</exception>
    public static TsvFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            using var reader = new StreamReader(plain, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Read(path, reader);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException or DecoderFallbackException)
        {
            throw new DataFileException($"{path}: cannot be read as a table of UTF-8 text: {problem.Message}", problem);
        }
    }

    /// <summary>Index of a column.</summary>
    /// <exception cref="DataFileException">The header has no such column.</exception>
    public int Column(string name) =>
        OptionalColumn(name) is var index and >= 0
            ? index
            : throw new DataFileException(Path, 1, $"the header has no column '{name}'; it has: {string.Join(", ", _header)}");

    /// <summary>Index of a column, -1 when the header has none of that name.</summary>
    public int OptionalColumn(string name) => Array.IndexOf(_header, name);

    /// <summary>An error at a row of this file.</summary>
    public DataFileException Error(TsvRow row, string message) => new(Path, row.Line, message);

    private static TsvFile Read(string path, TextReader reader)
    {
        string[]? header = null;
        var rows = new List<TsvRow>();
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var cells = text.Split('\t');
            if (header is null)
            {
                header = cells;
            }
            else if (cells.Length == header.Length)
            {
                rows.Add(new TsvRow(line, cells));
            }
            else
            {
                throw new DataFileException(path, line, $"{cells.Length} columns, the header has {header.Length}; columns are separated by one TAB each");
            }
        }

        return new TsvFile(path, header ?? throw new DataFileException(path, 1, "the file is empty; the first line must name the columns"), rows);
    }
}

/// <summary>A row of a table.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="Cells">As many as the header has columns.</param>
internal readonly record struct TsvRow(int Line, string[] Cells)
{
    public string this[int column] => Cells[column];
}
