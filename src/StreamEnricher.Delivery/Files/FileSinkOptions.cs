namespace StreamEnricher.Delivery.Files;

/// <summary>Compression of files.</summary>
public enum FileCompression
{
    /// <summary>None.</summary>
    None,

    /// <summary>gzip, a member for each batch.</summary>
    Gzip,

    /// <summary>Zstandard level 1, a frame for each batch: as quick as gzip at twice the ratio.</summary>
    Zstd,
}

/// <summary>A sink that writes NDJSON files.</summary>
public sealed record FileSinkOptions
{
    /// <summary>Name of the sink, and beginning of the file names.</summary>
    public required string Name { get; init; }

    /// <summary>Folder; made when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>A file is closed when it is larger.</summary>
    public long RotateBytes { get; init; } = 256L << 20;

    /// <summary>A file is closed when it is older.</summary>
    public TimeSpan RotateEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Compression.</summary>
    public FileCompression Compression { get; init; }
}
