namespace StreamEnricher.Testing;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>Folder with StreamEnricher.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "StreamEnricher.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("StreamEnricher.sln is in no folder above " + AppContext.BaseDirectory);
    }
}
