using static StreamEnricher.UnitTests.Enrichment.Conditions.ConditionParsing;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class ConditionTests
{
    private const string Document = """
        {"event":{"severity":75,"kind":"alert","tags":["Web","sql",7,null],"none":null,"empty":"","list":[],"ratio":75.0,"text":"75"},
         "source":{"ip":"10.1.2.3"},"process":{"command_line":"C:\\Windows\\cmd.exe /c \"whoami\"","name":"cmd.exe","path":"C:\\Temp\\ü.exe"},
         "ok":true,"star":"a*b","six":"fd00::7","object":{"a":1},"nested":[["x"],{"a":"x"}]}
        """;

    [Theory]
    [InlineData("event.kind: alert", true)]
    [InlineData("event.kind: ALERT", true)]
    [InlineData("event.kind: alerts", false)]
    [InlineData("event.kind: aler", false)]
    [InlineData("event.kind|cased: alert", true)]
    [InlineData("event.kind|cased: ALERT", false)]
    [InlineData("event.kind: [event, alert]", true)]
    [InlineData("event.kind: event", false)]
    [InlineData("ok: true", true)]
    [InlineData("ok: false", false)]
    [InlineData("missing: x", false)]
    [InlineData("object: x", false)]
    public void A_value_is_compared_as_a_whole_without_regard_to_case(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("event.severity: 75", true)]
    [InlineData("event.severity: '75'", true)]
    [InlineData("event.severity: 75.0", true)]
    [InlineData("event.ratio: 75", true)]
    [InlineData("event.ratio: '75'", false)]
    [InlineData("event.ratio: 76", false)]
    [InlineData("event.text: 75", true)]
    [InlineData("event.severity|gte: 75", true)]
    [InlineData("event.severity|gt: 75", false)]
    [InlineData("event.severity|gt: 74.9", true)]
    [InlineData("event.severity|lt: 75.5", true)]
    [InlineData("event.severity|lt: 75", false)]
    [InlineData("event.severity|lte: 75", true)]
    [InlineData("event.severity|lte: 74", false)]
    [InlineData("event.text|gte: 75", true)]
    [InlineData("event.kind|gte: 0", false)]
    [InlineData("missing|lt: 5", false)]
    public void Numbers_are_equal_and_ordered_by_value(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("event.none: null", true)]
    [InlineData("event.none: ~", true)]
    [InlineData("missing: null", true)]
    [InlineData("event.kind: null", false)]
    [InlineData("event.empty: null", false)]
    [InlineData("event.none: 'null'", false)]
    [InlineData("event.empty: ''", true)]
    [InlineData("event.none: ''", false)]
    [InlineData("missing|exists: false", true)]
    [InlineData("missing|exists: true", false)]
    [InlineData("event.none|exists: true", true)]
    [InlineData("object|exists: true", true)]
    [InlineData("event.kind|exists: false", false)]
    public void Absent_null_and_empty_are_told_apart(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("event.tags: SQL", true)]
    [InlineData("event.tags: 7", true)]
    [InlineData("event.tags: null", true)]
    [InlineData("event.tags|gte: 5", true)]
    [InlineData("event.tags: xss", false)]
    [InlineData("event.tags|contains|all: [e, q]", true)]
    [InlineData("event.tags|all: [web, sql]", true)]
    [InlineData("event.tags|all: [web, xss]", false)]
    [InlineData("event.list: null", false)]
    [InlineData("nested: x", false)]
    public void Of_an_array_any_element_may_match(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("process.name|startswith: CMD", true)]
    [InlineData("process.name|startswith|cased: CMD", false)]
    [InlineData("process.name|endswith: [.com, .exe]", true)]
    [InlineData("process.name|endswith: xcmd.exe", false)]
    [InlineData("process.name|contains: D.E", true)]
    [InlineData("process.name|contains|cased: D.E", false)]
    [InlineData("process.name|contains: md.exf", false)]
    [InlineData("process.name|contains: ''", true)]
    [InlineData("process.command_line|contains: '\\cmd.exe /c \"WHO'", true)]
    [InlineData("process.command_line|endswith: '\"'", true)]
    [InlineData("process.path|contains: 'ü.'", true)]
    public void Parts_of_a_text_are_found_with_its_escapes_resolved(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("process.name: c?d.*", true)]
    [InlineData("process.name: '*.EXE'", true)]
    [InlineData("process.name: '*.dll'", false)]
    [InlineData("process.name: '*m*.*e'", true)]
    [InlineData("process.name|cased: '*.EXE'", false)]
    [InlineData("process.name|startswith: 'c?d'", true)]
    [InlineData("process.name|endswith: '?.e*'", true)]
    [InlineData("process.name|contains: 'd?e'", true)]
    [InlineData("process.name|contains: 'd?x'", false)]
    [InlineData("process.path: '*\\?.exe'", false)]
    [InlineData("process.path: '*\\\\?.exe'", true)]
    [InlineData("star: 'a\\*b'", true)]
    [InlineData("star: 'a\\?b'", false)]
    [InlineData("process.name: 'c\\*'", false)]
    public void Stars_and_question_marks_are_wildcards(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("process.name|re: '^c.d\\.'", true)]
    [InlineData("process.name|re: '^C.D'", false)]
    [InlineData("process.name|re|i: '^C.D'", true)]
    [InlineData("process.command_line|re: 'cmd\\.exe\\s+/c\\s+\"\\w+\"$'", true)]
    [InlineData("event.tags|re: '^s.l$'", true)]
    public void A_regular_expression_matches_anywhere(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("text|re: a.b", false)]
    [InlineData("text|re|s: a.b", true)]
    [InlineData("text|re: ^b", false)]
    [InlineData("text|re|m: ^b", true)]
    public void Flags_of_a_regular_expression_let_it_cross_lines(string yaml, bool expected) =>
        Assert.Equal(expected, Matches(yaml, """{"text":"a\nb"}"""));

    [Fact]
    public void A_regular_expression_sees_the_whole_of_a_long_text()
    {
        var document = $$"""{"text":"{{new string('x', 5000)}}\"end"}""";
        Assert.True(Matches("text|re: 'x\"end$'", document));
        Assert.True(Matches("text|endswith: '\"END'", document));
    }

    [Theory]
    [InlineData("source.ip|cidr: 10.0.0.0/8", true)]
    [InlineData("source.ip|cidr: [192.168.0.0/16, 172.16.0.0/12]", false)]
    [InlineData("source.ip|cidr: 10.1.2.3/32", true)]
    [InlineData("source.ip|cidr: 10.9.9.9/8", true)]
    [InlineData("six|cidr: 'fd00::/8'", true)]
    [InlineData("six|cidr: 10.0.0.0/8", false)]
    [InlineData("event.kind|cidr: 0.0.0.0/0", false)]
    [InlineData("event.severity|cidr: 0.0.0.0/0", false)]
    public void An_address_is_looked_for_in_networks(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Theory]
    [InlineData("text|windash|contains: ' -c '", "cmd /c whoami", true)]
    [InlineData("text|windash|contains: ' /c '", "cmd \u2013c whoami", true)]
    [InlineData("text|windash|contains: '-enc'", "powershell -ENC x", true)]
    [InlineData("text|windash|contains|cased: '-enc'", "powershell -ENC x", false)]
    [InlineData("text|windash|contains: 'a-b'", "a/b", false)]
    [InlineData("text|windash|startswith: '-c'", "/c x", true)]
    [InlineData("text|windash|startswith: '-c'", "x /c", false)]
    [InlineData("text|windash|endswith: ' -v'", "x /v", true)]
    [InlineData("text|windash: '-v*x'", "/v 1 x", true)]
    [InlineData("text|windash: '-v'", "/v 1", false)]
    public void Windash_takes_any_dash_at_the_beginning_of_a_word(string yaml, string text, bool expected) =>
        Assert.Equal(expected, Matches(yaml, $$"""{"text":"{{text}}"}"""));

    [Theory]
    [InlineData("{ event.kind: alert, event.severity|gte: 80 }", false)]
    [InlineData("{ event.kind: alert, event.severity|gte: 70 }", true)]
    [InlineData("[ { event.kind: event }, { event.severity|gte: 50 } ]", true)]
    [InlineData("[ { event.kind: event }, { event.severity|gte: 80 } ]", false)]
    [InlineData("{ a: { event.kind: alert }, b: { ok: false }, condition: a and not b }", true)]
    [InlineData("{ a: { event.kind: alert }, b: { ok: true }, condition: a and not b }", false)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: b or a and a }", true)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: (b or a) and a }", false)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: not (a or b) }", false)]
    [InlineData("{ a: { event.kind: x }, condition: not not not a }", true)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: NOT a AND b }", true)]
    [InlineData("{ a: [ { event.kind: x }, { ok: true } ], condition: a }", true)]
    [InlineData("{ f_1: { event.kind: x }, f_2: { ok: true }, condition: 1 of f_* }", true)]
    [InlineData("{ f_1: { event.kind: x }, f_2: { ok: true }, condition: any of f_* }", true)]
    [InlineData("{ f_1: { event.kind: x }, f_2: { ok: true }, condition: all of f_* }", false)]
    [InlineData("{ f_1: { event.kind: x }, g: { ok: true }, condition: g and not 1 of f_* }", true)]
    [InlineData("{ a: { event.kind: alert }, b: { ok: true }, condition: all of them }", true)]
    [InlineData("{ a: { event.kind: x }, b: { ok: true }, condition: 1 of them }", true)]
    [InlineData("{ _a: { ok: true }, b: { event.kind: x }, condition: 1 of them }", false)]
    public void Maps_lists_and_conditions_join_as_in_Sigma(string yaml, bool expected) => Assert.Equal(expected, Matches(yaml, Document));

    [Fact]
    public void Fields_are_listed_once() =>
        Assert.Equal(["x", "y"], Parse("{ a: { x: 1, y: 2 }, b: { x|exists: true }, condition: a or b }").Fields);
}
