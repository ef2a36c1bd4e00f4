using static StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.SigmaRig;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma;

public sealed class LogsourceTests
{
    private const string Format = """
        format: acme
        vendor_namespace: acme.event
        roots: ["", "data."]
        fields: { event.kind: { value: event } }
        sigma:
          product: acme
          fields: { Provider_Name: [source.name, provider], id: [id, "id.#text"] }
          logsources:
            - { service: audit, when: { channel: Audit } }
            - { category: process, when: { channel: Audit, id: 1 } }
            - { category: process, when: { channel: Old, id: [2, 3] }, fields: { Image: program } }
            - { service: old, when: { channel: Old }, below: [extra.block] }
        """;

    [Theory]
    [InlineData("product: acme", """{"channel":"x","Image":"a.exe"}""", true)]
    [InlineData("product: other", """{"channel":"Audit","id":1,"Image":"a.exe"}""", false)]
    [InlineData("category: process", """{"channel":"Audit","id":1,"Image":"a.exe"}""", true)]
    [InlineData("category: process, product: acme", """{"channel":"audit","id":"1","data":{"Image":"a.exe"}}""", true)]
    [InlineData("category: process", """{"channel":"Audit","id":2,"Image":"a.exe"}""", false)]
    [InlineData("service: audit", """{"channel":"Audit","id":2,"Image":"a.exe"}""", true)]
    [InlineData("service: audit", """{"channel":"Old","Image":"a.exe"}""", false)]
    [InlineData("category: process, service: audit", """{"channel":"Audit","id":1,"Image":"a.exe"}""", true)]
    [InlineData("category: process, service: audit", """{"channel":"Old","id":2,"program":"a.exe"}""", false)]
    [InlineData("category: process", """{"channel":"Old","id":2,"program":"a.exe"}""", true)]
    [InlineData("category: process", """{"channel":"Old","id":3,"Image":"a.exe"}""", false)]
    [InlineData("category: process", """{"channel":"Audit","id":{"#text":1},"Image":"a.exe"}""", true)]
    [InlineData("category: process", """{"channel":"Audit","id":null,"Image":"a.exe"}""", false)]
    [InlineData("service: old", """{"channel":"Old","extra":{"block":{"Image":"a.exe"}}}""", true)]
    [InlineData("service: old", """{"channel":"Old","Image":"a.exe"}""", true)]
    [InlineData("category: dns", """{"channel":"Audit","Image":"a.exe"}""", false)]
    public void A_rule_meets_the_events_that_it_is_for(string logsource, string json, bool expected)
    {
        var rule = Rule("s: { Image: a.exe }\ncondition: s").Replace("product: acme", logsource, StringComparison.Ordinal);
        Assert.Equal(expected, new SigmaRig(rule, Format).Match(json).Count == 1);
    }

    [Theory]
    [InlineData("""{"channel":"x","provider":"P"}""")]
    [InlineData("""{"channel":"x","source":{"name":"P"}}""")]
    [InlineData("""{"channel":"x","provider":"Q","data":{"source":{"name":"p"}}}""")]
    public void A_field_may_have_another_name_in_the_event(string json) =>
        Assert.Single(new SigmaRig(Rule("s: { Provider_Name: P }\ncondition: s"), Format).Match(json));

    [Fact]
    public void Events_with_long_routing_values_are_routed_all_the_same()
    {
        var rig = new SigmaRig(Rule("s: { Image: a.exe }\ncondition: s").Replace("product: acme", "service: old", StringComparison.Ordinal), Format);

        Assert.Empty(rig.Match($$"""{"channel":"{{new string('x', 600)}}","Image":"a.exe"}"""));
        Assert.Single(rig.Match("""{"channel":"Old","Image":"a.exe"}"""));
    }
}
