using StreamEnricher.Enrichment.StixValidation.Patterns;

namespace StreamEnricher.UnitTests.Enrichment.StixValidation;

public sealed class PatternParserTests
{
    [Theory]
    [InlineData("[ipv4-addr:value = '198.51.100.3']")]
    [InlineData("[ipv4-addr:value ISSUBSET '198.51.100.0/24']")]
    [InlineData("[file:hashes.'SHA-256' = 'aa'] ")]
    [InlineData(@"[file:name = 'C:\\Temp\\it\'s.exe']")]
    [InlineData("[user-account:account_login = 'root' AND user-account:account_type = 'unix']")]
    [InlineData("[ipv4-addr:value = 'a' OR domain-name:value IN ('a.example', 'b.example')]")]
    [InlineData("[ipv4-addr:value = 'a'] REPEATS 5 TIMES WITHIN 60 SECONDS")]
    [InlineData("[a:b = 1] FOLLOWEDBY [c:d MATCHES '^x$'] WITHIN 300.5 SECONDS")]
    [InlineData("[a:b = 1] START t'2026-01-02T03:04:05.678Z' STOP t'2026-01-03T00:00:00Z'")]
    [InlineData("([a:b = 1] AND [c:d != 2]) OR [e:f >= -3.5]")]
    [InlineData("[a:b[0].c[*].'d-e' = true]")]
    [InlineData("[(a:b = 1 OR a:c = 2) AND a:d NOT IN ()]")]
    [InlineData("[NOT EXISTS a:b AND EXISTS a:c]")]
    [InlineData("[a:b NOT LIKE '%x' AND a:t < t'2026-01-02T03:04:05Z' AND a:h = h'00fF' AND a:x = b'AAA=']")]
    [InlineData("[ a : b = 'c' ] // the end")]
    [InlineData("/* first */ [a:b /* in the middle */ = 1]")]
    [InlineData("[x_own:b = 'ä 😀']")]
    public void What_the_grammar_allows_is_read(string pattern) => Assert.NotEmpty(PatternParser.Parse(pattern).Comparisons);

    [Theory]
    [InlineData("", "character 1: there is the end")]
    [InlineData("source.ip = 'x'", "character 1")]
    [InlineData("[ipv4-addr:value = 'x'", "character 23: there is the end, expected ]")]
    [InlineData("[ipv4-addr:value = \"x\"]", "character 20: there is \"")]
    [InlineData("[ipv4-addr:value = 198.51.100.3]", "character 26")]
    [InlineData("[ipv4-addr.value = 'x']", "expected :")]
    [InlineData(@"[file:name = 'C:\Temp']", "a backslash that escapes neither a quote nor a backslash")]
    [InlineData("[file:name = 'it's']", "character 18: there is s")]
    [InlineData("[file:hashes.SHA-256 = 'x']", "one with a hyphen stands in single quotes")]
    [InlineData("[a:b = 'x'] AND", "there is the end")]
    [InlineData("[a:b = 'x'] WITHIN 60", "expected SECONDS")]
    [InlineData("[a:b = 'x'] WITHIN -1 SECONDS", "takes no negative number")]
    [InlineData("[a:b = 'x'] START '2026-01-02T03:04:05Z' STOP '2026-01-03T00:00:00Z'", "expected a timestamp")]
    [InlineData("[a:b = 'x'] START t'2026-13-02T03:04:05Z' STOP t'2026-01-03T00:00:00Z'", "expected a timestamp")]
    [InlineData("[a:b = 'x] ", "a text without a closing quote")]
    [InlineData("[a:b LIKE 5]", "a text in single quotes")]
    [InlineData("[a:b > true]", "expected a value")]
    [InlineData("[a:b]", "expected a comparison")]
    [InlineData("[NOT a:b = 1]", "expected EXISTS")]
    [InlineData("[a:b = 1] [c:d = 2]", "expected AND, OR, FOLLOWEDBY or the end")]
    [InlineData("[a:b[x] = 1]", "an index or *")]
    [InlineData("[a:AND = 1]", "the name of a property")]
    [InlineData("[a:b = 007]", "expected ]")]
    [InlineData("[a:b = 1] and [c:d = 2]", "expected AND, OR, FOLLOWEDBY or the end")]
    public void What_it_does_not_allow_is_refused_with_its_place(string pattern, string message) =>
        Assert.Contains(message, Assert.Throws<PatternException>(() => PatternParser.Parse(pattern)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[a:b = 1 AND c:d = 2]", "AND joins comparisons of different types of observables (a and c)")]
    [InlineData("[(a:b = 1 OR c:d = 2) AND (e:f = 1 OR g:h = 2)]", "different types")]
    [InlineData("[a:b = 1] START t'2026-01-03T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", "STOP is not after START")]
    [InlineData("[a:b = 1] REPEATS 0 TIMES", "REPEATS 0 matches nothing")]
    public void What_can_match_nothing_is_said(string pattern, string problem) => Assert.Contains(problem, Assert.Single(PatternParser.Parse(pattern).Problems), StringComparison.Ordinal);

    [Fact]
    public void Alternatives_of_one_type_may_be_joined() => Assert.Empty(PatternParser.Parse("[(a:b = 1 OR c:d = 2) AND a:e = 3]").Problems);

    [Fact]
    public void Comparisons_are_taken_apart()
    {
        var comparison = Assert.Single(PatternParser.Parse(@"[file:hashes.'SHA-256' IN ('it\'s', 5)]").Comparisons);
        Assert.Equal(("file", "IN", 2), (comparison.ObjectType, comparison.Operator, comparison.Position));
        Assert.Equal(["hashes", "SHA-256"], comparison.Path);
        Assert.Equal(["it's", "5"], comparison.Values.Select(static value => value.Text));
    }

    [Theory]
    [InlineData('(', "")]
    [InlineData('[', "")]
    public void Deep_nesting_ends_as_a_message(char bracket, string inner) =>
        Assert.Throws<PatternException>(() => PatternParser.Parse((bracket == '[' ? "[" : "") + new string('(', 100_000) + inner));
}
