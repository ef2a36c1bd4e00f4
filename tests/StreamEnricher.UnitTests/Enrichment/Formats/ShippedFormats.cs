using System.Text.Json.Nodes;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Testing;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Formats;

/// <summary>The formats of pipelines/formats, and documents made with them.</summary>
internal static class ShippedFormats
{
    /// <summary>The shipped generic format in benches, which bring a generic format of their own.</summary>
    private const string LastResortName = "last_resort";

    private static readonly string Folder = Repository.PathOf("pipelines", "formats");

    private static readonly EnrichmentBench Recognising = Bench(null);

    private static readonly EnrichmentBench LastResort = Bench(LastResortName);

    /// <summary>All of them, compiled.</summary>
    public static FormatCatalog Catalog { get; } = Load();

    /// <summary>The ECS document of an event whose format is recognised.</summary>
    public static async Task<JsonNode> DocumentAsync(string text) => (await Recognising.EnrichAsync(text)).Ecs();

    /// <summary>The ECS document of an event that is mapped by the format for what fits no other.</summary>
    public static async Task<JsonNode> LastResortAsync(string text) => (await LastResort.EnrichAsync(text)).Ecs();

    /// <summary>Asserts that the document has these members with these values; it may have more.</summary>
    public static void AssertHas(string expected, JsonNode document) => AssertHas(JsonNode.Parse(expected)!, document, "document");

    private static void AssertHas(JsonNode expected, JsonNode? actual, string path)
    {
        if (expected is not JsonObject members)
        {
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} should be {expected.ToJsonString()} and is {actual?.ToJsonString() ?? "absent"}");
            return;
        }

        foreach (var (name, value) in members)
        {
            var found = (actual as JsonObject)?[name];
            if (value is null)
            {
                Assert.True(found is null, $"{path}.{name} should be absent and is {found?.ToJsonString()}");
            }
            else
            {
                AssertHas(value, found, $"{path}.{name}");
            }
        }
    }

    private static EnrichmentBench Bench(string? format) => new(
        Directory.EnumerateFiles(Folder, "*.yaml").Select(File.ReadAllText)
            .Select(yaml => yaml.Replace("format: generic\n", $"format: {LastResortName}\n", StringComparison.Ordinal)),
        format);

    private static FormatCatalog Load()
    {
        var problems = new List<FormatProblem>();
        return FormatCatalog.Load([Folder], problems) ?? throw new InvalidOperationException(string.Join('\n', problems));
    }
}
