using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Conditions;
using static StreamEnricher.UnitTests.Enrichment.Conditions.ConditionParsing;

namespace StreamEnricher.UnitTests.Enrichment.Conditions;

public sealed class TokenMatcherTests
{
    private static readonly Gen<string> Texts = Gen.String["aAbB.ü-"];

    [Fact]
    public void Wildcards_match_what_the_same_regular_expression_matches() =>
        Gen.Select(Gen.String["aAb?*ü"], Texts).Sample((pattern, text) =>
        {
            var expression = "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + @"\z";
            var expected = Regex.IsMatch(text, expression, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            Assert.Equal(expected, Match($"f: '{pattern}'", text));
        });

    [Fact]
    public void Contains_finds_what_a_search_without_case_finds() =>
        Gen.Select(Texts, Texts).Sample((wanted, text) =>
            Assert.Equal(text.Contains(wanted, StringComparison.OrdinalIgnoreCase), Match($"f|contains: '{wanted}'", text)));

    [Theory]
    [InlineData("f: cmd.exe")]
    [InlineData("f|contains: [nothing, windows]")]
    [InlineData("f|startswith: 'c:'")]
    [InlineData("f|endswith: .EXE")]
    [InlineData("f: '*\\windows\\*.exe'")]
    [InlineData("{ f|exists: true, f: null }")]
    [InlineData("f|gte: 5")]
    public void Plain_comparisons_allocate_nothing(string yaml)
    {
        var condition = Parse(yaml);
        var token = "\"C:/Windows/System32/cmd.exe\""u8.ToArray();
        Evaluate(condition, token);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Evaluate(condition, token);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static bool Match(string yaml, string text) => Evaluate(Parse(yaml), Encoding.UTF8.GetBytes($"\"{text}\""));

    private static bool Evaluate(Condition condition, ReadOnlySpan<byte> token)
    {
        var reader = new OneToken(token);
        return condition.Matches(ref reader);
    }

    /// <summary>Every field is this string.</summary>
    private readonly ref struct OneToken(ReadOnlySpan<byte> token) : IFieldReader
    {
        private readonly ReadOnlySpan<byte> _token = token;

        public FieldToken Get(int field) => new(_token, TokenKind.String);
    }
}
