using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

/// <summary>The shipped data, a small catalogue, and a folder for tables written by a test.</summary>
internal sealed class AttributionTestData : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streamenricher-data-").FullName;

    public static ShippedData Shipped { get; } = new(Repository.PathOf("data"));

    public static AttackCatalogue Attack19 { get; } = Shipped.LoadCatalogue("19");

    public static AttackCatalogue Attack181 { get; } = Shipped.LoadCatalogue("18.1");

    public static AttributionContext Context { get; } = new("high", 1_700_000_000, 5);

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, params string[] lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), string.Join('\n', lines) + "\n");
        return PathOf(name);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
