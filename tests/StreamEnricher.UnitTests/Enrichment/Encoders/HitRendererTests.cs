using System.Text.Json.Nodes;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Encoders;

public sealed class HitRendererTests
{
    private const string Plain = """
        format: plain
        vendor_namespace: acme.plain
        fields: { event.kind: { value: event }, host.name: { from: host } }
        """;

    private const string WithRule = """
        format: ruled
        vendor_namespace: acme.ruled
        fields: { event.kind: { value: alert }, rule.id: { from: sid }, rule.name: { from: text } }
        """;

    [Fact]
    public async Task The_hit_with_the_highest_level_is_the_documents_rule()
    {
        var document = await EncodeAsync(Plain, "plain", """{"host":"h"}""", Hit("low-1", "low"), Hit("high-1", "high", "A. Author, B. Author", "DRL-1.1"), Hit("high-2", "high"));

        JsonAssert.Equal("""{"id":"high-1","name":"Rule high-1","author":["A. Author, B. Author"],"license":"DRL-1.1","ruleset":"sigma"}""", document["rule"]!);
        Assert.Equal(3, document["cybersecurity"]!["evidence"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_rule_that_the_producer_names_stays()
    {
        var document = await EncodeAsync(WithRule, "ruled", """{"sid":4711}""", Hit("high-1", "high"));

        JsonAssert.Equal("""{"id":"4711"}""", document["rule"]!);
    }

    [Fact]
    public async Task Without_the_producers_rule_the_hit_takes_its_place()
    {
        var document = await EncodeAsync(WithRule, "ruled", """{"other":1}""", Hit("x", null));

        JsonAssert.Equal("""{"id":"x","name":"Rule x","ruleset":"sigma"}""", document["rule"]!);
    }

    [Fact]
    public async Task Evidence_of_other_providers_makes_no_rule()
    {
        var document = await EncodeAsync(Plain, "plain", """{"host":"h"}""", Hit("t", "high") with { Provider = "table" });

        Assert.Null(document["rule"]);
    }

    private static Evidence Hit(string id, string? level, string? author = null, string? license = null) =>
        new("sigma", [], 0.5, new EvidenceRule(id, $"Rule {id}", author, level, license), "f", "v");

    private static async Task<JsonNode> EncodeAsync(string format, string name, string json, params Evidence[] evidence)
    {
        using var bench = new EnrichmentBench([format], name, providers: [new FixedProvider(evidence)]);
        return (await bench.EnrichAsync(json)).Ecs();
    }

    private sealed class FixedProvider(Evidence[] evidence) : AttributionProvider
    {
        private readonly Finding _finding = new(evidence);

        public override string Name => "fixed";

        public override BoundProvider? Bind(AttributionSpec spec) => new Bound(_finding);

        private sealed class Bound(Finding finding) : BoundProvider
        {
            public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<StreamEnricher.Core.Events.Slot> slots, in AttributionContext context, AttributionScratch scratch) =>
                scratch.Add(finding);
        }
    }
}
