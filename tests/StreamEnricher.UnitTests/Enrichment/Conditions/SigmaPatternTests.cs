using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

/// <summary>The table of the Sigma specification, "Escaping".</summary>
public sealed class SigmaPatternTests
{
    [Theory]
    [InlineData(@"C:\Windows\x", @"C:\Windows\x")]
    [InlineData(@"C:\\Windows", @"C:\Windows")]
    [InlineData(@"\\\\server\share", @"\\server\share")]
    [InlineData(@"\\\server", @"\\server")]
    [InlineData(@"a\*b", "a*b")]
    [InlineData(@"a\?b", "a?b")]
    [InlineData(@"a\\\*b", @"a\*b")]
    [InlineData(@"ends with \", @"ends with \")]
    [InlineData("", "")]
    public void A_backslash_escapes_wildcards_and_itself(string written, string text)
    {
        var pattern = SigmaPattern.Parse(written);
        Assert.Equal(text, pattern.Text);
        Assert.False(pattern.HasWildcard);
    }

    [Theory]
    [InlineData("a*b?", "a\0b\u0001")]
    [InlineData(@"\\*", "\\\0")]
    [InlineData(@"C:\*\x", "C:*\\x")]
    public void What_is_not_escaped_is_a_wildcard(string written, string text) => Assert.Equal(text, SigmaPattern.Parse(written).Text);

    [Theory]
    [InlineData("-a b-c", "[-/\u2013\u2014\u2015]a\\ b-c")]
    [InlineData("x /y*?", "x\\ [-/\u2013\u2014\u2015]y[\\s\\S]*[\\s\\S]")]
    public void Any_dash_stands_where_a_word_begins(string written, string expression) =>
        Assert.Equal(expression, SigmaPattern.Parse(written).WithAnyDash());
}
