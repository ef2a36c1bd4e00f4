using System.Globalization;
using System.Text.Json.Nodes;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Encoders;

public sealed class VendorTreeTests
{
    private const string Format = "format: acme\nvendor_namespace: acme\nfields:\n  rule.id: { from: id }\n  rule.name: { from: n.ame }\n";

    [Theory]
    [InlineData("""{"a.b":1,"a.c":{"d.e":2}}""", """{"a":{"b":1,"c":{"d":{"e":2}}}}""")]
    [InlineData("""{"a.b":1,"a":2}""", """{"a":{"b":1,"value":2}}""")]
    [InlineData("""{"a":2,"a.value":3}""", """{"a":{"value":3}}""")]
    [InlineData("""{"a.b":1,"x":null,"a.b":3}""", """{"a":{"b":3}}""")]
    [InlineData("""{"..":1,"a..b.":2}""", """{"_":1,"a":{"b":2}}""")]
    [InlineData("""{"a\u002eb":"\u00e9","c\"d":[]}""", """{"a":{"b":"\u00e9"},"c\"d":[]}""")]
    [InlineData("""{"a.b":[ {"c.d": 1, "c": {"e":2}} , [null,{"f.g":true}], "x" ]}""", """{"a":{"b":[{"c":{"d":1,"e":2}},[null,{"f":{"g":true}}],"x"]}}""")]
    [InlineData("""{"id":"r","x.y":1,"id":"s"}""", """{"x":{"y":1},"id":"s"}""")]
    [InlineData("""{"n":{"ame":"q"},"n.ame":"other","x.y":1}""", """{"n":{"ame":"other"},"x":{"y":1}}""")]
    [InlineData("""{"n":{"ame":"q"},"m.n":{}}""", null)]
    public async Task Names_with_dots_become_objects_and_what_was_mapped_is_left_out_once(string json, string? expected)
    {
        using var bench = new EnrichmentBench([Format], "acme");
        var kept = (await bench.EnrichAsync(json)).Ecs()["acme"];

        Assert.Equal(expected is null ? null : JsonNode.Parse(expected)!.ToJsonString(), kept?.ToJsonString());
    }

    [Fact]
    public async Task What_lies_deeper_than_an_index_takes_becomes_its_text()
    {
        var inner = string.Concat(Enumerable.Repeat("""{"a":""", 20)) + "\"\\\\\"" + new string('}', 20);
        using var bench = new EnrichmentBench([Format], "acme");
        JsonNode? at = (await bench.EnrichAsync($$"""{"x.y":{{inner}}}""")).Ecs()["acme"]!["x"]!["y"];
        var levels = 0;
        for (; at is JsonObject level; at = level["a"])
        {
            levels++;
        }

        Assert.Equal(14, levels);
        Assert.Equal(string.Concat(Enumerable.Repeat("""{"a":""", 6)) + "\"\\\\\"" + new string('}', 6), at!.GetValue<string>());
    }

    [Fact]
    public async Task Members_stay_in_their_order_however_many_they_are()
    {
        var names = Enumerable.Range(0, 700).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i * 7919 % 700}")).ToList();
        using var bench = new EnrichmentBench([Format], "acme");
        var large = await bench.EnrichAsync(
            "{" + string.Join(',', names.Select(name => $"\"{name}.x\":\"{name}\"")) + "}",
            """{"small.x":1}""");

        Assert.Equal(names, large.Ecs(0)["acme"]!.AsObject().Select(member => member.Key));
        Assert.All(large.Ecs(0)["acme"]!.AsObject(), member => Assert.Equal(member.Key, member.Value!["x"]!.GetValue<string>()));
        JsonAssert.Equal("""{"small":{"x":1}}""", large.Ecs(1)["acme"]!);
    }
}
