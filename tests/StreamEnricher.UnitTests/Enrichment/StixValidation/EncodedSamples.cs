using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Enrichment.StixValidation;

/// <summary>STIX objects of the shipped sample events.</summary>
internal static class EncodedSamples
{
    /// <summary>One object a line, as <c>enrich --to stix</c> gives them.</summary>
    public static async Task<IReadOnlyList<string>> ObjectsAsync()
    {
        var events = Directory.EnumerateFiles(Repository.PathOf("data", "samples"), "*.ndjson").Order(StringComparer.Ordinal).Select(File.ReadAllText);
        var result = await CommandLine.RunWithInputAsync(string.Join('\n', events), "enrich", Repository.PathOf("pipelines", "minimal.yaml"), "--to", "stix");
        Assert.Equal(0, result.Exit);
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("{\"dead_letter\"", StringComparison.Ordinal))];
    }
}
