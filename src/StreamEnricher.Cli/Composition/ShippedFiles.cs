namespace StreamEnricher.Cli.Composition;

/// <summary>Where the files that come with the program lie.</summary>
internal static class ShippedFiles
{
    /// <summary>Folder of the shipped formats.</summary>
    public static string Formats { get; } = Path.Combine(AppContext.BaseDirectory, "pipelines", "formats");
}
