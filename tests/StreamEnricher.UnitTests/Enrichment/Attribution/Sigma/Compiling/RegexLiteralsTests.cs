using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Compiling;

public sealed class RegexLiteralsTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("^abc$", "abc")]
    [InlineData(@"C:\\Users\\[^\\]+\\NTUSER\.DAT$", @"\NTUSER.DAT")]
    [InlineData("ab?cde", "cde")]
    [InlineData("abc*de", "ab")]
    [InlineData("abc+de", "abc")]
    [InlineData("abc{2}de", "ab")]
    [InlineData("abc|de", "")]
    [InlineData("(abc|de)fgh", "fgh")]
    [InlineData("[abc]de[fg-[g]]h", "de")]
    [InlineData("[]abc]de", "de")]
    [InlineData("[^]abc]de", "de")]
    [InlineData(@"a\x41bcd", "bcd")]
    [InlineData(@"a\u0041bcd", "bcd")]
    [InlineData(@"a\dbcd\w", "bcd")]
    [InlineData(@"a\p{L}bcd", "bcd")]
    [InlineData("über", "ber")]
    [InlineData("(?i)kelvin", "elvin")]
    [InlineData("(?x)a b c", "")]
    [InlineData("(?:x)abc", "abc")]
    [InlineData("a.bcd.e", "bcd")]
    [InlineData(".*", "")]
    public void The_longest_run_of_characters_that_must_be_there_is_found(string pattern, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(RegexLiterals.Longest(pattern, RegexOptions.None)));

    [Fact]
    public void Every_text_that_matches_holds_the_run() =>
        Gen.Select(Gen.String["abc.*+?|()[]^\\{1}-"], Gen.String["abc.\\-1"].List[20]).Sample((pattern, texts) =>
        {
            Regex regex;
            try
            {
                regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                return;
            }

            var literal = Encoding.ASCII.GetString(RegexLiterals.Longest(pattern, regex.Options));
            Assert.All(texts.Where(text => regex.IsMatch(text)), text => Assert.Contains(literal, text, StringComparison.Ordinal));
        });
}
