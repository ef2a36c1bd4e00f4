using static StreamEnricher.UnitTests.Enrichment.Conditions.ConditionParsing;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class DocumentFieldReaderTests
{
    [Theory]
    [InlineData("""{"a":{"b":{"c":1}}}""")]
    [InlineData("""{"a.b.c":1}""")]
    [InlineData("""{"a":{"b.c":1}}""")]
    [InlineData("""{"a.b":{"c":1}}""")]
    [InlineData("""{"a":{"x":{"c":2}},"a.b":{"c":1}}""")]
    [InlineData("""{"a":"text","a.b":{"x":0},"a.b.c":1}""")]
    [InlineData("""{"x":[{"a":{"b":{"c":2}}}],"a":{"b":{"c":1}}}""")]
    [InlineData("""{"\u0061":{"b":{"c":1}}}""")]
    public void A_dot_is_a_step_or_part_of_a_name(string document) => Assert.True(Matches("a.b.c: 1", document));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":{"b":1}}""")]
    [InlineData("""{"a":{"b":{"d":1}}}""")]
    [InlineData("""{"c":1}""")]
    [InlineData("""{"a":[{"b":{"c":1}}]}""")]
    [InlineData("[1]")]
    [InlineData("1")]
    public void A_path_that_leads_nowhere_is_absent(string document) => Assert.True(Matches("a.b.c|exists: false", document));

    [Theory]
    [InlineData("""{"a":{"x":1},"b":2}""", "{ a|exists: true, b: 2 }")]
    [InlineData("""{"a":[1,[2]],"b":2}""", "{ a: 1, b: 2 }")]
    [InlineData("""{ "a" : "x\"y" , "b" : null }""", "{ a: 'x\"y', b: null }")]
    [InlineData("""{"a":false,"b":-1.5e2}""", "{ a: false, b|lt: -149 }")]
    public void Every_kind_of_value_is_read(string document, string yaml) => Assert.True(Matches(yaml, document));
}
