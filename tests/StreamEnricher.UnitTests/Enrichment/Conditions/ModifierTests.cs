using StreamEnricher.Enrichment.Conditions;
using static StreamEnricher.UnitTests.Enrichment.Conditions.ConditionParsing;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

/// <summary>The modifiers of the Sigma specification 2.1, "Modifiers", with the examples that it gives.</summary>
public sealed class ModifierTests
{
    private const string Document = """
        {"cmd":"run.exe \u2013enc JABz /quiet","path":"c:/a/b","user":"ACME\\alice","owner":"acme\\ALICE","home":"/home/acme\\alice/x","count":7,"time":"2026-03-02T23:59:30+01:00",
         "epoch":1772492370,"note":"ÜBER","list":["x","acme\\alice"],"empty":"","object":{"a":1},"wide":"c\u0000m\u0000d\u0000"}
        """;

    [Theory]
    [InlineData("cmd|windash|contains: ' -enc'", true)]
    [InlineData("cmd|windash|contains: ' /enc'", true)]
    [InlineData("cmd|contains|windash: ' -quiet'", true)]
    [InlineData("cmd|windash|endswith: -quiet", true)]
    [InlineData("cmd|windash: 'run.exe -enc jabz -quiet'", true)]
    [InlineData("cmd|contains: ' -enc'", false)]
    [InlineData("path|windash|contains: a-b", false)]
    public void Windash_takes_any_dash_before_an_option(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("user|neq: ACME\\bob", true)]
    [InlineData("user|neq: acme\\alice", false)]
    [InlineData("user|neq: [bob, acme\\alice]", false)]
    [InlineData("user|neq|all: [bob, acme\\alice]", false)]
    [InlineData("count|neq: 8", true)]
    [InlineData("count|neq: 7", false)]
    [InlineData("absent|neq: 7", false)]
    [InlineData("user|contains|neq: bob", true)]
    [InlineData("user|fieldref|neq: owner", false)]
    [InlineData("user|fieldref|neq: home", true)]
    public void Neq_wants_the_field_with_none_of_the_values(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("user|fieldref: owner", true)]
    [InlineData("user|fieldref|cased: owner", false)]
    [InlineData("user|fieldref: home", false)]
    [InlineData("home|contains|fieldref: user", true)]
    [InlineData("home|fieldref|contains: user", true)]
    [InlineData("home|fieldref|endswith: user", false)]
    [InlineData("user|fieldref: [home, owner]", true)]
    [InlineData("user|fieldref|all: [home, owner]", false)]
    [InlineData("absent|fieldref: missing", false)]
    [InlineData("user|fieldref: list", false)]
    [InlineData("object|fieldref: object", false)]
    public void Fieldref_compares_two_fields(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("time|hour: 22", true)]
    [InlineData("time|hour: 23", false)]
    [InlineData("time|hour|gte: 18", true)]
    [InlineData("time|hour|neq: 22", false)]
    [InlineData("time|minute: 59", true)]
    [InlineData("time|day: 2", true)]
    [InlineData("time|week: 10", true)]
    [InlineData("time|month|lt: 4", true)]
    [InlineData("time|year: 2026", true)]
    [InlineData("epoch|hour: 22", true)]
    [InlineData("user|hour: 1", false)]
    public void A_part_of_a_date_is_compared_as_a_number_in_utc(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("note: über", true)]
    [InlineData("note|contains: Über", true)]
    [InlineData("note|startswith: ü", true)]
    [InlineData("note|endswith: ü", false)]
    [InlineData("note: 'ü*r'", true)]
    [InlineData("note: 'ü?r'", false)]
    [InlineData("note|cased: über", false)]
    public void Letters_beyond_ascii_have_no_case_either(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("path: '*b'", true)]
    [InlineData("path: '*a'", false)]
    [InlineData("path: 'c:*'", true)]
    [InlineData("path: '*/a/*'", true)]
    [InlineData("path: '*'", true)]
    [InlineData("empty: '*'", true)]
    [InlineData("count: '*'", true)]
    [InlineData("absent: '*'", false)]
    [InlineData("path|startswith: 'C:/?/'", true)]
    public void Wildcards_at_the_ends_are_what_they_say(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Fact]
    public void Of_several_conditions_one_must_hold()
    {
        Assert.True(Matches("{ a: { count: 8 }, b: { count: 7 }, condition: [a, b] }", Document));
        Assert.False(Matches("{ a: { count: 8 }, b: { count: 7 }, condition: [a, a and b] }", Document));
    }

    [Theory]
    [InlineData("f|base64: foo", "Zm9v")]
    [InlineData("f|utf16le|base64: cmd", "YwBtAGQA")]
    [InlineData("f|wide|base64: cmd", "YwBtAGQA")]
    [InlineData("f|utf16be|base64: cmd", "AGMAbQBk")]
    [InlineData("f|utf16|base64: cmd", "//5jAG0AZAA=")]
    public void Values_are_encoded_in_the_order_of_the_modifiers(string yaml, string encoded)
    {
        Assert.True(Matches(yaml, $$"""{"f":"{{encoded}}"}"""));
        Assert.False(Matches(yaml, $$"""{"f":"{{encoded}}x"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    [InlineData("abcd")]
    public void Base64offset_finds_the_text_wherever_it_stands(string before)
    {
        foreach (var behind in new[] { "", "z", "zz", "zzz" })
        {
            var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(before + "http://evil.example" + behind));
            Assert.True(Matches("f|base64offset|contains: http://evil.example", $$"""{"f":"x {{encoded}}"}"""));
            Assert.False(Matches("f|base64offset|contains: http://good.example", $$"""{"f":"x {{encoded}}"}"""));
        }
    }

    [Fact]
    public void Wide_base64offset_finds_what_powershell_encodes()
    {
        var encoded = Convert.ToBase64String(System.Text.Encoding.Unicode.GetBytes("$a = Invoke-Expression 1"));
        Assert.True(Matches("f|wide|base64offset|contains: Invoke-Expression", $$"""{"f":"powershell -enc {{encoded}}"}"""));
    }

    [Fact]
    public void A_wide_text_alone_is_compared_with_its_zero_bytes() => Assert.True(Matches("wide|wide: cmd", Document));

    [Fact]
    public void Expand_puts_every_value_in_the_place_of_its_name()
    {
        var dialect = new ConditionDialect { Placeholders = new Dictionary<string, IReadOnlyList<string>> { ["admins"] = ["root", "adm*"], ["hosts"] = ["dc1"] } };
        var parser = new ConditionParser(dialect);
        var node = parser.Parse(Node("{ user|expand: '%hosts%/%admins%', note|expand: '\\%plain%' }"));

        Assert.Empty(parser.Errors);
        Assert.Equal(["dc1/root", "dc1/adm"], node!.Children[0].Children.Select(test => System.Text.Encoding.UTF8.GetString(test.Test!.Text)));
        Assert.Equal([TestKind.Equal, TestKind.StartsWith], node.Children[0].Children.Select(test => test.Test!.Kind));
        Assert.Equal("%plain%", System.Text.Encoding.UTF8.GetString(node.Children[1].Test!.Text));
    }
}
