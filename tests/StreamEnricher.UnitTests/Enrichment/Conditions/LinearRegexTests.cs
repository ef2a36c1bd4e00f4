using System.Text.RegularExpressions;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class LinearRegexTests
{
    [Fact]
    public void The_automaton_is_made_when_it_is_first_asked()
    {
        var regex = new LinearRegex(@"a.{2}c\.exe", RegexOptions.IgnoreCase);

        Assert.False(regex.IsMade);
        Assert.True(regex.IsMatch("x AbbC.EXE"));
        Assert.True(regex.IsMade);
        Assert.False(regex.IsMatch("abc.exe"));
    }

    [Theory]
    [InlineData("a(")]
    [InlineData("[z-a]")]
    [InlineData("a**")]
    [InlineData(@"\p{Nope}")]
    [InlineData("(?z)a")]
    public void What_is_no_expression_is_refused_when_it_is_read(string pattern) =>
        Assert.ThrowsAny<ArgumentException>(() => new LinearRegex(pattern, RegexOptions.None));

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData("(?!a)b")]
    [InlineData("(?<=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a)b")]
    [InlineData("(?(a)b|c)")]
    [InlineData(@"(a)\1")]
    [InlineData(@"(?<n>a)\k<n>")]
    [InlineData(@"(?'n'a)\k'n'")]
    [InlineData(@"\Ga")]
    [InlineData(@"\\\\(a)\1")]
    public void What_needs_backtracking_is_refused_when_it_is_read(string pattern) =>
        Assert.Throws<NotSupportedException>(() => new LinearRegex(pattern, RegexOptions.None));

    // Whatever passes without being made must not fail at the first event.
    [Theory]
    [InlineData("(?:a|b)+?c{2,3}")]
    [InlineData("(?i)a(?-i:b)")]
    [InlineData("(?'n'a)")]
    [InlineData("(?<n>a)")]
    [InlineData(@"\bfoo\B.\A\Z\z^$")]
    [InlineData(@"[\w-[a-c]]\p{Lu}\u0041\x41\cA\e\t")]
    [InlineData(@"\\k\\G\(\?=")]
    [InlineData("(?#comment)a(?x: b # end\n)")]
    [InlineData("(?n:(a))")]
    [InlineData(@"\0a\777")]
    [InlineData(@"[\1]")]
    public void What_is_accepted_can_be_matched(string pattern)
    {
        var regex = new LinearRegex(pattern, RegexOptions.Singleline | RegexOptions.Multiline);

        Assert.Equal(Regex.IsMatch("aab", pattern, RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.CultureInvariant), regex.IsMatch("aab"));
    }
}
