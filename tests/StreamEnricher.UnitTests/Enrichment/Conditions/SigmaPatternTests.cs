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
    [InlineData("-a b-c", "-a b-c", "/a b-c", "\u2013a b-c", "\u2014a b-c", "\u2015a b-c")]
    [InlineData("x --y", "x --y", "x -/y", "x -\u2013y", "x -\u2014y", "x -\u2015y")]
    [InlineData("a/b - c", "a/b - c")]
    public void Any_dash_stands_where_an_option_begins(string written, params string[] permuted) =>
        Assert.Equal(permuted, SigmaPattern.Parse(written).WithAnyDash().Select(pattern => pattern.Text));

    [Fact]
    public void Every_option_is_permuted_with_every_other() =>
        Assert.Equal(25, SigmaPattern.Parse("-a /b").WithAnyDash().Select(pattern => pattern.Text).Distinct().Count());
}
