using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Rules;

public sealed class SigmaRuleReaderTests
{
    private const string Head = "title: T\nid: 1\nlogsource: { product: p }\n";

    [Fact]
    public void A_rule_is_read_with_all_that_a_hit_says_of_it()
    {
        var file = Read("""
            title: A title
            id: 0b1c
            name: a_name
            status: test
            author: Somebody, Somebody Else
            logsource: { product: windows, category: process_creation, service: sysmon, definition: any }
            detection:
                selection: { Image|endswith: '\x.exe', User: u }
                condition: selection
            level: CRITICAL
            tags: [attack.execution, attack.t1059.001, attack.T1105, attack.t1059.001, cve.2021-1, attack.s0002, 7]
            """);

        Assert.Empty(file.Problems);
        var rule = Assert.IsType<SigmaRule>(Assert.Single(file.Documents));
        Assert.Equal(("A title", "0b1c", "a_name", "Somebody, Somebody Else", SigmaLevel.Critical), (rule.Title, rule.Id, rule.Name, rule.Author, rule.Level));
        Assert.Equal(new SigmaLogsource("windows", "process_creation", "sysmon"), rule.Logsource);
        Assert.Equal("product windows, category process_creation, service sysmon", rule.Logsource.ToString());
        Assert.Equal(["T1059.001", "T1105"], rule.Techniques);
        Assert.Equal(["Image", "User"], rule.Fields);
    }

    [Fact]
    public void A_rule_without_an_id_is_known_by_its_name_or_title()
    {
        Assert.Equal("T", Read("title: T\nlogsource: { product: p }\ndetection: { s: { a: b }, condition: s }").Documents[0].Id);
        Assert.Equal("n", Read("title: T\nname: n\nlogsource: { product: p }\ndetection: { s: { a: b }, condition: s }").Documents[0].Id);
        Assert.Equal(SigmaLevel.Medium, Read("title: T\nlogsource: { product: p }\ndetection: { s: { a: b }, condition: s }").Documents[0].Level);
    }

    [Theory]
    [InlineData("- a", 1, 1, "no Sigma rule: a rule is a map")]
    [InlineData("title: T", 1, 1, "no Sigma rule: 'detection' is missing")]
    [InlineData("logsource: { product: p }\ndetection: { s: { a: b }, condition: s }", 1, 1, "the rule has no 'title'")]
    [InlineData("title: T\ndetection: { s: { a: b }, condition: s }", 1, 1, "'logsource' must be a map")]
    [InlineData("title: T\nlogsource: { definition: d }\ndetection: { s: { a: b }, condition: s }", 2, 12, "names neither product nor category nor service")]
    [InlineData(Head + "level: severe\ndetection: { s: { a: b }, condition: s }", 4, 8, "unknown level; there are informational, low, medium, high, critical")]
    [InlineData(Head + "status: unsupported\ndetection: { s: { a: b }, condition: s }", 4, 9, "cannot be used (status: unsupported)")]
    [InlineData(Head + "detection: { s: { a: b } }", 4, 12, "'detection' must be a map of selections with a 'condition'")]
    [InlineData(Head + "detection: [ s ]", 4, 12, "'detection' must be a map of selections with a 'condition'")]
    [InlineData(Head + "detection: { s: { a: b }, timeframe: 5m, condition: s }", 4, 38, "write a correlation rule with 'timespan'")]
    [InlineData(Head + "detection: { s: { a: b }, condition: 's | count() > 5' }", 4, 38, "aggregations behind '|' belong to Sigma 1")]
    [InlineData(Head + "detection:\n  s:\n    a|nope: b\n  condition: s", 6, 5, "unknown modifier 'nope'")]
    [InlineData(Head + "detection: { s: { '|startswith': b }, condition: s }", 4, 34, "words without a field are looked for anywhere")]
    [InlineData(Head + "detection: { s: { a|expand: '%x%' }, condition: s }", 4, 29, "the placeholder %x% has no value")]
    [InlineData("title: T\n  id: 1", 2, 5, "not YAML")]
    public void A_mistake_is_named_with_its_place_and_the_rule_left_out(string yaml, int line, int column, string message)
    {
        var file = Read(yaml);

        Assert.Empty(file.Documents);
        Assert.Equal(1, file.LeftOut);
        var problem = Assert.Single(file.Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(("r.yml", line, column, false), (problem.File, (int)problem.Line, (int)problem.Column, problem.IsLint));
    }

    [Fact]
    public void Of_several_documents_those_without_mistakes_are_used()
    {
        var file = Read(Head + "detection: { s: { a: b }, condition: t }\n---\n" + Head.Replace("id: 1", "id: 2", StringComparison.Ordinal) + "detection: { s: { a: b }, condition: s }\n");

        Assert.Equal("2", Assert.Single(file.Documents).Id);
        Assert.Equal("r.yml:4:38: no selection is named 't'; there are s", Assert.Single(file.Problems).ToString());
    }

    private static SigmaFile Read(string yaml) => SigmaRuleReader.Read("r.yml", new StringReader(yaml), new ConditionDialect { Keywords = true });
}
