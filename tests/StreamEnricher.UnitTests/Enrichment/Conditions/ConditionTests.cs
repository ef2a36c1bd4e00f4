using System.Text;
using StreamEnricher.Enrichment.Conditions;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class ConditionTests
{
    private const string Document = """
        {"event":{"severity":75,"kind":"alert","tags":["Web","sql"],"none":null,"empty":""},"source":{"ip":"10.1.2.3"},
         "process":{"command_line":"C:\\Windows\\cmd.exe /c \"whoami\"","name":"cmd.exe"},"id.orig_h":"::1","ok":true,"star":"a*b"}
        """;

    [Theory]
    [InlineData("event.kind: alert", true)]
    [InlineData("event.kind: ALERT", true)]
    [InlineData("event.kind|cased: ALERT", false)]
    [InlineData("event.kind: [event, alert]", true)]
    [InlineData("event.kind: event", false)]
    [InlineData("event.severity: 75", true)]
    [InlineData("event.severity: '75'", true)]
    [InlineData("event.severity|gte: 75", true)]
    [InlineData("event.severity|gt: 75", false)]
    [InlineData("event.severity|lt: 75.5", true)]
    [InlineData("event.severity|lte: 74", false)]
    [InlineData("ok: true", true)]
    [InlineData("event.none: null", true)]
    [InlineData("event.kind: null", false)]
    [InlineData("event.empty: ''", true)]
    [InlineData("missing: x", false)]
    [InlineData("missing|exists: false", true)]
    [InlineData("event.none|exists: true", true)]
    [InlineData("event.tags: SQL", true)]
    [InlineData("event.tags|contains|all: [e, b]", true)]
    [InlineData("event.tags|all: [web, sql]", true)]
    [InlineData("event.tags|all: [web, xss]", false)]
    [InlineData("source.ip|cidr: 10.0.0.0/8", true)]
    [InlineData("source.ip|cidr: [192.168.0.0/16, 172.16.0.0/12]", false)]
    [InlineData("id.orig_h|cidr: '::/64'", true)]
    [InlineData("process.name|startswith: CMD", true)]
    [InlineData("process.name|endswith: [.com, .exe]", true)]
    [InlineData("process.command_line|contains: '\\cmd.exe /c \"WHO'", true)]
    [InlineData("process.command_line|contains: '/C'", true)]
    [InlineData("process.command_line|windash|contains: ' -c '", true)]
    [InlineData("process.name: c?d.*", true)]
    [InlineData("process.name: '*.exe'", true)]
    [InlineData("process.name: '*.dll'", false)]
    [InlineData("star: 'a\\*b'", true)]
    [InlineData("process.name: 'c\\*'", false)]
    [InlineData("process.name|re: '^c.d\\.'", true)]
    [InlineData("process.name|re: '^C.D'", false)]
    [InlineData("process.name|re|i: '^C.D'", true)]
    [InlineData("{ event.kind: alert, event.severity|gte: 80 }", false)]
    [InlineData("[ { event.kind: event }, { event.severity|gte: 50 } ]", true)]
    [InlineData("{ a: { event.kind: alert }, b: { ok: false }, condition: a and not b }", true)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: a or b and not a }", true)]
    [InlineData("{ f_1: { event.kind: x }, f_2: { ok: true }, condition: 1 of f_* }", true)]
    [InlineData("{ f_1: { event.kind: x }, f_2: { ok: true }, condition: all of f_* }", false)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: not (a or b) }", false)]
    [InlineData("{ a: { event.kind: alert }, b: { ok: true }, condition: all of them }", true)]
    public void Holds_as_the_detection_syntax_says(string yaml, bool expected)
    {
        var condition = Condition.Parse(Node(yaml), out var errors);
        Assert.Empty(errors);
        var reader = new DocumentFieldReader(condition!, Encoding.UTF8.GetBytes(Document));
        Assert.Equal(expected, condition!.Matches(ref reader));
    }

    [Theory]
    [InlineData("a|contians: x", "unknown modifier 'contians'; there are contains")]
    [InlineData("a|contains|endswith: x", "'endswith' cannot follow 'contains'")]
    [InlineData("a|exists: maybe", "'exists' takes true or false")]
    [InlineData("a|cidr: 10.0.0.300", "is no network such as 10.0.0.0/8")]
    [InlineData("a|gte: high", "'high' is no number")]
    [InlineData("a|re: '('", "not a regular expression")]
    [InlineData("a|re: '(?=x)'", "not a regular expression that can be matched in linear time")]
    [InlineData("a: []", "the list of values of 'a' is empty")]
    [InlineData("a: { b: c }", "a value must be a text, a number, true, false or null")]
    [InlineData("'|contains': x", "words without a field are not supported here")]
    [InlineData("just a text", "a condition is a map of 'field: value'")]
    [InlineData("{ a: { b: c }, condition: a and d }", "no selection is named 'd'; there are a")]
    [InlineData("{ a: { b: c }, condition: ( a }", "a ')' is missing")]
    [InlineData("{ a: { b: c }, condition: a and }", "the condition ends too early")]
    [InlineData("{ a: { b: c }, condition: a b }", "'b' is not expected here")]
    [InlineData("{ a: { b: c }, condition: 1 of x* }", "no selection matches 'x*'")]
    [InlineData("{ a: { b: c }, condition: [a] }", "'condition' must be a text")]
    public void A_mistake_is_reported_with_its_place(string yaml, string message)
    {
        Assert.Null(Condition.Parse(Node(yaml), out var errors));
        var error = Assert.Single(errors);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(error.Line >= 1 && error.Column >= 1);
    }

    [Fact]
    public void Fields_are_listed_once()
    {
        var condition = Condition.Parse(Node("{ a: { x: 1, y: 2 }, b: { x: 3 }, condition: a or b }"), out _);
        Assert.Equal(["x", "y"], condition!.Fields);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        Condition.Parse(Node("{ a|gte: x, b|cidr: y }"), out var errors);
        Assert.Equal(2, errors.Count);
    }

    private static YamlNode Node(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents[0].RootNode;
    }
}
