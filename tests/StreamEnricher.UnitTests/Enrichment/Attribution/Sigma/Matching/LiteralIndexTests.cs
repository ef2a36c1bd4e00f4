using System.Text;
using CsCheck;
using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Attribution.Sigma.Matching;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Matching;

public sealed class LiteralIndexTests
{
    private static readonly Gen<string> Texts = Gen.String["abAB\\/.{[ü"];

    private static readonly Gen<(string Text, LiteralPlace Place)> Literals =
        Gen.Select(Gen.String["ab\\/.{[ü"].Where(text => text.Length > 0), Gen.Enum<LiteralPlace>());

    [Fact]
    public void It_finds_what_a_search_for_each_literal_finds() =>
        Gen.Select(Literals.List[1, 80], Texts.List[1, 5]).Sample((literals, texts) =>
        {
            var index = new LiteralIndex(literals.Select((literal, rule) => (new Literal(Encoding.UTF8.GetBytes(literal.Text), literal.Place), rule)));
            var candidates = new CandidateSet();
            foreach (var text in texts)
            {
                candidates.Begin(literals.Count);
                index.Search(Encoding.UTF8.GetBytes(text), false, candidates);

                Assert.Equal(literals.Select((literal, rule) => (literal, rule)).Where(pair => IsIn(pair.literal, text)).Select(pair => pair.rule), Found(candidates));
            }
        });

    [Fact]
    public void A_number_is_found_by_its_value()
    {
        var index = new LiteralIndex([(new Literal("75"u8.ToArray(), LiteralPlace.Whole), 0)]);
        Assert.Equal([0], Search(index, "75.0", isNumber: true));
        Assert.Equal([0], Search(index, "7.5e1", isNumber: true));
        Assert.Empty(Search(index, "75.0", isNumber: false));
        Assert.Empty(Search(index, "75.5", isNumber: true));
    }

    [Fact]
    public void Rules_that_share_a_literal_are_all_found()
    {
        var rules = Enumerable.Range(0, 200).Select(rule => (new Literal("needle"u8.ToArray(), LiteralPlace.Anywhere), rule));
        Assert.Equal(Enumerable.Range(0, 200), Search(new LiteralIndex(rules), "a NEEDLE in it", isNumber: false));
    }

    private static bool IsIn((string Text, LiteralPlace Place) literal, string text) => literal.Place switch
    {
        LiteralPlace.Whole => string.Equals(text, literal.Text, StringComparison.OrdinalIgnoreCase),
        LiteralPlace.Start => text.StartsWith(literal.Text, StringComparison.OrdinalIgnoreCase),
        LiteralPlace.End => text.EndsWith(literal.Text, StringComparison.OrdinalIgnoreCase),
        _ => text.Contains(literal.Text, StringComparison.OrdinalIgnoreCase),
    };

    private static List<int> Search(LiteralIndex index, string text, bool isNumber)
    {
        var candidates = new CandidateSet();
        candidates.Begin(200);
        index.Search(Encoding.UTF8.GetBytes(text), isNumber, candidates);
        return Found(candidates);
    }

    private static List<int> Found(CandidateSet candidates)
    {
        var found = new List<int>();
        for (var rule = candidates.Next(0); rule >= 0; rule = candidates.Next(rule + 1))
        {
            found.Add(rule);
        }

        return found;
    }
}
