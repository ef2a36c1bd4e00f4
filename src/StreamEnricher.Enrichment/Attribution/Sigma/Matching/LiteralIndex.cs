using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>Finds all literals of one field in a text at once, and so the rules that are worth a look. Compares without the case of ASCII letters.</summary>
internal sealed class LiteralIndex
{
    /// <summary>So many literals at one end of a text are compared one by one.</summary>
    private const int FewAnchored = 16;

    private readonly WholeTexts? _wholes;
    private readonly LastSegments? _segments;
    private readonly GramFilter[] _grams;
    private readonly IndexedLiteral[] _others;

    /// <param name="literals">Literals and the rules that need them.</param>
    public LiteralIndex(IEnumerable<(Literal Literal, int Rule)> literals)
    {
        var distinct = literals
            .GroupBy(pair => (Convert.ToHexString(pair.Literal.Text), pair.Literal.Place))
            .Select(group => new IndexedLiteral(group.First().Literal.Text, group.First().Literal.Place, [.. group.Select(pair => pair.Rule).Distinct().Order()]))
            .ToList();
        var wholes = distinct.FindAll(literal => literal.Place == LiteralPlace.Whole);
        var segments = distinct.FindAll(literal => literal.Place == LiteralPlace.End && LastSegments.Takes(literal.Text));
        var rest = distinct.Except(wholes).Except(segments).ToList();
        _wholes = wholes.Count == 0 ? null : new WholeTexts(wholes);
        _segments = segments.Count == 0 ? null : new LastSegments(segments);
        var anchored = rest.FindAll(literal => literal.Place != LiteralPlace.Anywhere);
        var isFew = anchored.Count <= FewAnchored;
        (_grams, var others) = GramFilter.Make(isFew ? rest.Except(anchored) : rest);
        _others = isFew ? [.. others, .. anchored] : others;
    }

    /// <summary>Adds the rules whose literals a text has.</summary>
    /// <param name="text">A field's text with canonical JSON escapes.</param>
    /// <param name="isNumber">It is a JSON number.</param>
    /// <param name="candidates">Receives the rules.</param>
    public void Search(ReadOnlySpan<byte> text, bool isNumber, CandidateSet candidates)
    {
        _wholes?.Search(text, candidates);
        if (isNumber && _wholes is not null && !JsonNumber.IsInteger(text) && JsonNumber.TryParseInt64(text, out var integer))
        {
            // 75.0 equals 75.
            Span<byte> plain = stackalloc byte[20];
            integer.TryFormat(plain, out var length, provider: System.Globalization.CultureInfo.InvariantCulture);
            _wholes.Search(plain[..length], candidates);
        }

        _segments?.Search(text, candidates);
        foreach (var grams in _grams)
        {
            grams.Search(text, candidates);
        }

        foreach (var literal in _others)
        {
            if (literal.IsIn(text))
            {
                candidates.Add(literal.Rules);
            }
        }
    }
}
