using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys below <c>file</c>.</summary>
internal static class FileShapes
{
    private static readonly Key<FileSinkOptions> Directory = new Key<FileSinkOptions, string>(
        "directory", Scalars.Text, "Folder; empty turns the sink off.", (to, value) => to with { Directory = value }, required: true);

    private static readonly Key<FileSinkOptions> Rotate = new Key<FileSinkOptions, FileSinkOptions>(
        "rotate",
        new MapShape<FileSinkOptions>(
            new FileSinkOptions(),
            new Key<FileSinkOptions, long>("bytes", Scalars.Size, "Size at which a new file is begun. Default 256MiB.", (to, value) => to with { RotateBytes = value }),
            new Key<FileSinkOptions, TimeSpan>("every", Scalars.Duration, "Age at which a new file is begun. Default 1h.", (to, value) => to with { RotateEvery = value })),
        "When a new file is begun.",
        (to, value) => to with { RotateBytes = value.RotateBytes, RotateEvery = value.RotateEvery });

    private static readonly Key<FileSinkOptions> Compression = new Key<FileSinkOptions, string>(
        "compression", Scalars.Choice("none", "gzip", "zstd"), "Compression of the files. Default none.", (to, value) => to with { Compression = value });

    /// <summary>A sink of files.</summary>
    public static Shape<FileSinkOptions> Files { get; } = new MapShape<FileSinkOptions>(
        new FileSinkOptions(),
        Directory,
        new Key<FileSinkOptions, string>("format", Scalars.Choice("ecs", "event", "hec", "stix"), "What a line is. Default ecs.", (to, value) => to with { Format = value }),
        Rotate,
        Compression);

    /// <summary>Files of STIX objects.</summary>
    public static Shape<FileSinkOptions> StixFiles { get; } = new MapShape<FileSinkOptions>(new FileSinkOptions { Format = "stix" }, Directory, Rotate, Compression);
}
