using static StreamEnricher.UnitTests.Enrichment.Conditions.ConditionParsing;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class ConditionErrorTests
{
    [Theory]
    [InlineData("a|contians: x", "unknown modifier 'contians'; there are contains, startswith, endswith, re, cidr, gt, gte, lt, lte, exists, i, m, s, cased, all, neq, fieldref, windash, base64, base64offset, wide, utf16le, utf16be, utf16, expand, minute, hour, day, week, month, year")]
    [InlineData("a|contains|endswith: x", "'endswith' cannot follow 'contains'")]
    [InlineData("a|i: x", "'i' is a flag of a regular expression; write it behind 're'")]
    [InlineData("a|re|cased: x", "'cased' is for texts; it says nothing to 're'")]
    [InlineData("a|gte|windash: 1", "'windash' is for texts; it says nothing to 'gte'")]
    [InlineData("a|exists|all: true", "'exists' takes true or false, so 'all' says nothing to it")]
    [InlineData("a|exists|neq: true", "'exists' takes true or false, so 'neq' says nothing to it")]
    [InlineData("a|fieldref|gte: b", "'fieldref' compares the texts of two fields")]
    [InlineData("a|fieldref|windash: b", "'fieldref' compares the texts of two fields")]
    [InlineData("a|fieldref: [[b]]", "'fieldref' of 'a' takes the name of a field")]
    [InlineData("a|hour|contains: 1", "'hour' gives a number: it goes with gt, gte, lt, lte and neq")]
    [InlineData("a|hour|windash: 1", "'windash' is for texts; it says nothing to 'hour'")]
    [InlineData("a|hour: noon", "'noon' is no number, which 'hour' needs")]
    [InlineData("a|base64: 'x*'", "a wildcard cannot be encoded (base64); escape it")]
    [InlineData("a|expand: '%admins%'", "the placeholder %admins% has no value; give it some under 'placeholders' beside 'rules'")]
    [InlineData("a|windash|contains: '-a -b -c -d -e'", "'windash' makes more than 625 texts of this value")]
    [InlineData("a|exists: maybe", "'exists' takes true or false")]
    [InlineData("a|exists: [true]", "'exists' takes true or false")]
    [InlineData("a|cidr: 10.0.0.300", "'10.0.0.300' is no network such as 10.0.0.0/8")]
    [InlineData("a|cidr: 10.0.0.0/33", "'10.0.0.0/33' is no network")]
    [InlineData("a|gte: high", "'high' is no number, which 'gte' needs")]
    [InlineData("a|lt: .inf", "'.inf' is no number")]
    [InlineData("a|re: '('", "not a regular expression that can be matched in linear time")]
    [InlineData("a|re: '(?=x)'", "not a regular expression that can be matched in linear time")]
    [InlineData("a: []", "the list of values of 'a' is empty")]
    [InlineData("a: { b: c }", "a value must be a text, a number, true, false or null")]
    [InlineData("'|contains': x", "words without a field are not supported here; name the field")]
    [InlineData("'': x", "a field name is missing")]
    [InlineData("just a text", "a condition is a map of 'field: value', or a list of such maps")]
    [InlineData("[]", "a condition is a map of 'field: value', or a list of such maps")]
    [InlineData("[ text ]", "a condition is a map of 'field: value', or a list of such maps")]
    [InlineData("{ a: { b: c }, condition: a and d }", "no selection is named 'd'; there are a")]
    [InlineData("{ condition: a }", "no selection is named 'a'; there is none")]
    [InlineData("{ a: { b: c }, condition: ( a }", "a ')' is missing")]
    [InlineData("{ a: { b: c }, condition: a and }", "the condition ends too early")]
    [InlineData("{ a: { b: c }, condition: '' }", "the condition ends too early")]
    [InlineData("{ a: { b: c }, condition: a b }", "'b' is not expected here")]
    [InlineData("{ a: { b: c }, condition: a ) }", "')' is not expected here")]
    [InlineData("{ a: { b: c }, condition: 1 of x* }", "no selection matches 'x*'; there are a")]
    [InlineData("{ a: { b: c }, condition: 1 of }", "no selection matches ''")]
    [InlineData("{ a: { b: c }, condition: { a: b } }", "'condition' must be a text such as 'selection and not filter'")]
    public void A_mistake_says_what_is_wrong(string yaml, string message) =>
        Assert.Contains(message, Assert.Single(Errors(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_reported_at_once_with_their_places()
    {
        var errors = Errors("""
            - a|gte: x
              b|cidr: y
            - c|nope: z
            - d:
                - 1
                - { e: f }
            """);

        Assert.Equal([(1, 10), (2, 11), (3, 3), (6, 7)], errors.Select(error => ((int)error.Line, (int)error.Column)));
    }

    [Theory]
    [InlineData("{ a: { b|gte: x }, condition: a }")]
    [InlineData("{ a: { b|gte: x }, c: { d: e }, condition: c and not a }")]
    [InlineData("{ a: { b|gte: x }, condition: 1 of them }")]
    public void A_mistake_in_a_selection_is_not_reported_again_where_it_is_used(string yaml) =>
        Assert.Contains("is no number", Assert.Single(Errors(yaml)).Message, StringComparison.Ordinal);
}
