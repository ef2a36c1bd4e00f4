namespace StreamEnricher.UnitTests.Delivery;

/// <summary>A folder that is deleted at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("delivery-").FullName;

    public string[] Names() => [.. Directory.GetFiles(Path).Select(static file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
