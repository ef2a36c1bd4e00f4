using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Testing;
using StreamEnricher.Testing.Cli;

namespace StreamEnricher.IntegrationTests.Intelligence;

/// <summary>STIX objects that the product makes of detections with values of their own.</summary>
internal static class SampleGraph
{
    /// <summary>The objects of so many events, dependencies first; three for each event and the shared ones.</summary>
    public static async Task<IReadOnlyList<StixDelivery>> OfAsync(int events)
    {
        var lines = Enumerable.Range(0, events).Select(static i => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"source":"203.0.{{i / 250}}.{{(i % 250) + 1}}","event_type":"threat","severity":"high","description":"Port scan {{i}}","timestamp":"2026-03-01T00:00:00.{{i % 1000:d3}}Z","technique_ids":["T1046","T1059.001"],"confidence_score":0.8}"""));
        var result = await CommandLine.RunWithInputAsync(string.Join('\n', lines), "enrich", Repository.PathOf("pipelines", "minimal.yaml"), "--to", "stix");
        Assert.True(result.Exit == 0, result.Error);

        // Shared objects repeat in every batch.
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Select(static line => StixObjectReader.Read(Encoding.UTF8.GetBytes(line)))];
    }

    /// <summary>As JSON.</summary>
    public static IEnumerable<JsonNode> Json(IEnumerable<StixDelivery> objects) => objects.Select(static one => JsonNode.Parse(one.Json.Span)!);
}
