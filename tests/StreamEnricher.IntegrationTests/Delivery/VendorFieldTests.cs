using System.Text.Json.Nodes;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.IntegrationTests.Delivery;

/// <summary>Whatever a producer puts under a vendor namespace, the server takes it (ELASTIC_URL): the encoder and the mapping together.</summary>
public sealed class VendorFieldTests
{
    private const string Format = """
        format: vendor
        vendor_namespace: acme.sensor
        fields:
          "@timestamp": { from: timestamp, as: timestamp }
          event.kind: { value: event }
        """;

    public static TheoryData<string, string> Events => new()
    {
        { "a text of 40,000 bytes", $$"""{"payload":"{{new string('x', 40_000)}}"}""" },
        { "a text of 40,000 characters of three bytes", $$"""{"payload":"{{new string('€', 40_000)}}"}""" },
        { "a text of 40,000 escapes", $$"""{"payload":"{{string.Concat(Enumerable.Repeat("\\u20ac", 40_000))}}"}""" },
        { "long texts within arrays and objects", $$$"""{"a":[{"b":"{{{new string('y', 35_000)}}}"},"{{{new string('z', 35_000)}}}"],"c":{"d":"{{{new string('w', 50_000)}}}"}}""" },
        { "25 levels of objects", Nested(25, "{\"k\":", "1", "}") },
        { "60 levels of objects", Nested(60, "{\"k\":", "1", "}") },
        { "60 levels of arrays", $$"""{"a":{{Nested(59, "[", "1", "]")}}}""" },
        { "a deep object that is a long text", $$"""{"a":{{Nested(25, "{\"k\":", $"\"{new string('v', 40_000)}\"", "}")}}}""" },
        { "names with dots", """{"a.b":1,"a":{"b":2,"c.d":3},"a.b.c":{"e":4},".":5,"..x":6}""" },
        { "names that are empty", """{"":1,"a":{"":{"":2}}}""" },
        { "many names", $$"""{{{string.Join(',', Enumerable.Range(0, 6_000).Select(static i => $"\"field{i}\":{i}"))}}}""" },
        { "null, empty and mixed", """{"a":null,"b":[],"c":{},"d":[null,1,"x",{"y":[]}],"e":""}""" },
        { "large numbers", """{"a":123456789012345678901234567890,"b":1e300,"c":-0.0}""" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Any_value_under_a_vendor_namespace_is_taken(string what, string value)
    {
        await using var stream = await DataStream.StartAsync(vendorNamespaces: ["acme.sensor", "generic.event"]);
        await stream.SetUpAsync();
        Assert.Empty((await DeliverAsync(stream, value)).Select(letter => $"{what}: {letter}"));
        Assert.Single(await stream.SearchAsync());
    }

    [Fact]
    public async Task A_name_twice_in_one_object_is_a_dead_letter_that_says_so()
    {
        await using var stream = await DataStream.StartAsync(vendorNamespaces: ["acme.sensor", "generic.event"]);
        await stream.SetUpAsync();
        var letter = Assert.Single(await DeliverAsync(stream, """{"a":1}""", """{"a":1,"a":2}"""));
        Assert.Equal((1, DeadLetterReason.MappingRejected), (letter.Record, letter.Reason));
        Assert.Contains("Duplicate", letter.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_with_two_types_is_no_error()
    {
        await using var stream = await DataStream.StartAsync(vendorNamespaces: ["acme.sensor", "generic.event"]);
        await stream.SetUpAsync();
        Assert.Empty(await DeliverAsync(stream, """{"x":1}""", """{"x":"text"}""", """{"x":{"y":true}}""", """{"x":[1,{"y":[2]}]}""", """{"x":{"y":{"z":1}}}"""));
        Assert.Equal(5, (await stream.SearchAsync()).Count);
    }

    [Fact]
    public async Task A_value_under_a_vendor_namespace_is_found_and_a_long_text_is_whole()
    {
        await using var stream = await DataStream.StartAsync(vendorNamespaces: ["acme.sensor", "generic.event"]);
        await stream.SetUpAsync();
        var text = string.Concat(Enumerable.Range(0, 10_000).Select(static i => $"{i:D5}"));
        Assert.Empty(await DeliverAsync(stream, $$"""{"mark":"needle","payload":"{{text}}"}""", """{"mark":"hay"}"""));

        var found = Assert.Single(await stream.SearchAsync("""{"term":{"acme.sensor.mark":"needle"}}"""));

        Assert.Equal(text, string.Concat(found["acme"]!["sensor"]!["payload"]!.AsArray().Select(static part => (string?)part)));
    }

    private static string Nested(int levels, string open, string inner, string close) =>
        string.Concat(Enumerable.Repeat(open, levels)) + inner + string.Concat(Enumerable.Repeat(close, levels));

    private static async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(DataStream stream, params string[] events)
    {
        var output = new OutputOptions();
        using var bench = new EnrichmentBench([Format], "vendor", output, sinks: [new EnrichedSink("siem", new EcsEncoder(output, stream.Name), null)]);
        var enriched = await bench.EnrichAsync(events);
        Assert.Empty(enriched.Rejected);
        Assert.All(enriched.BySink["siem"], static item => Assert.NotNull(JsonNode.Parse(item.Split('\n')[1])));
        using var batch = SinkBatches.Of(enriched.BySink["siem"]);
        return await stream.DeliverAsync(batch);
    }
}
