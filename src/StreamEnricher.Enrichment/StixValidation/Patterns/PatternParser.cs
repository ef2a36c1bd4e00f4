using System.Globalization;

namespace StreamEnricher.Enrichment.StixValidation.Patterns;

/// <summary>Reads STIX 2.1 patterns by recursive descent. The grammar is OASIS's (STIXPattern.g4); precedence does not matter for what is checked.</summary>
internal sealed class PatternParser
{
    private const int MostLevels = 100;
    private readonly PatternLexer _lexer;
    private readonly List<PatternComparison> _comparisons = [];
    private readonly List<string> _problems = [];
    private PatternToken _token;
    private int _levels;

    private PatternParser(string pattern)
    {
        _lexer = new PatternLexer(pattern);
        _token = _lexer.Next();
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="PatternException">It is none; the message says where.</exception>
    public static StixPattern Parse(string pattern)
    {
        var parser = new PatternParser(pattern);
        parser.Observations();
        if (parser._token.Kind != TokenKind.End)
        {
            throw parser.Unexpected("AND, OR, FOLLOWEDBY or the end");
        }

        return new StixPattern(parser._comparisons, parser._problems);
    }

    private bool IsSymbol(string text) => _token.Kind is TokenKind.Punctuation or TokenKind.Operator && _token.Text == text;

    private bool IsWord(string keyword) => _token.Kind == TokenKind.Word && _token.Text == keyword;

    private PatternToken Take()
    {
        var token = _token;
        _token = _lexer.Next();
        return token;
    }

    private void Expect(string symbol)
    {
        if (!IsSymbol(symbol))
        {
            throw Unexpected(symbol);
        }

        Take();
    }

    private void ExpectWord(string keyword)
    {
        if (!IsWord(keyword))
        {
            throw Unexpected(keyword);
        }

        Take();
    }

    private PatternException Unexpected(string wanted) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"character {_token.Position}: {(_token.Kind == TokenKind.Invalid ? "there is " + _token.Text : "there is " + _token.Shown)}, expected {wanted}"));

    private void Observations()
    {
        Observation();
        while (IsWord("AND") || IsWord("OR") || IsWord("FOLLOWEDBY"))
        {
            Take();
            Observation();
        }
    }

    private void Observation()
    {
        if (++_levels > MostLevels)
        {
            throw new PatternException($"it is nested deeper than {MostLevels} levels");
        }

        if (IsSymbol("["))
        {
            Take();
            Comparisons();
            Expect("]");
        }
        else
        {
            Expect("(");
            Observations();
            Expect(")");
        }

        _levels--;
        Qualifiers();
    }

    private void Qualifiers()
    {
        while (true)
        {
            if (IsWord("START"))
            {
                Take();
                var start = ExpectKind("a timestamp such as t'2026-01-02T03:04:05Z'", TokenKind.Timestamp);
                ExpectWord("STOP");
                var stop = ExpectKind("a timestamp such as t'2026-01-02T03:04:05Z'", TokenKind.Timestamp);
                if (string.CompareOrdinal(start.Text, stop.Text) >= 0)
                {
                    _problems.Add("STOP is not after START");
                }
            }
            else if (IsWord("WITHIN"))
            {
                Take();
                var seconds = ExpectKind("a number of seconds", TokenKind.Integer, TokenKind.Float);
                CheckPositive(seconds, "WITHIN");
                ExpectWord("SECONDS");
            }
            else if (IsWord("REPEATS"))
            {
                Take();
                CheckPositive(ExpectKind("a number of times", TokenKind.Integer), "REPEATS");
                ExpectWord("TIMES");
            }
            else
            {
                return;
            }
        }
    }

    private void CheckPositive(PatternToken number, string qualifier)
    {
        if (number.Text.StartsWith('-'))
        {
            throw new PatternException(string.Create(CultureInfo.InvariantCulture, $"character {number.Position}: {qualifier} takes no negative number"));
        }

        if (double.Parse(number.Text, CultureInfo.InvariantCulture) == 0)
        {
            _problems.Add($"{qualifier} 0 matches nothing");
        }
    }

    private PatternToken ExpectKind(string wanted, params ReadOnlySpan<TokenKind> kinds) => kinds.Contains(_token.Kind) ? Take() : throw Unexpected(wanted);

    /// <summary>Comparisons joined by AND and OR; those joined by AND must be of one type of observable. Returns the types that each alternative may be of.</summary>
    private HashSet<string> Comparisons()
    {
        var types = All();
        while (IsWord("OR"))
        {
            Take();
            types.UnionWith(All());
        }

        return types;
    }

    private HashSet<string> All()
    {
        var types = Test();
        while (IsWord("AND"))
        {
            var position = Take().Position;
            var other = Test();
            if (!types.Overlaps(other))
            {
                _problems.Add(string.Create(CultureInfo.InvariantCulture, $"character {position}: AND joins comparisons of different types of observables ({string.Join(", ", types)} and {string.Join(", ", other)}), which nothing can match"));
            }

            types.IntersectWith(other);
        }

        return types;
    }

    private HashSet<string> Test()
    {
        if (IsSymbol("("))
        {
            if (++_levels > MostLevels)
            {
                throw new PatternException($"it is nested deeper than {MostLevels} levels");
            }

            Take();
            var types = Comparisons();
            Expect(")");
            _levels--;
            return types;
        }

        var isNot = IsWord("NOT");
        if (isNot)
        {
            Take();
        }

        if (IsWord("EXISTS"))
        {
            Take();
            var (type, path, position) = ObjectPath();
            return Add(new PatternComparison(type, path, "EXISTS", [], position));
        }

        if (isNot)
        {
            throw Unexpected("EXISTS");
        }

        return Comparison();
    }

    private HashSet<string> Comparison()
    {
        var (type, path, position) = ObjectPath();
        if (IsWord("NOT"))
        {
            Take();
        }

        var symbol = _token;
        if (symbol.Kind == TokenKind.Operator)
        {
            Take();
            var isOrder = symbol.Text is "<" or ">" or "<=" or ">=";
            return Add(new PatternComparison(type, path, symbol.Text, [Literal(!isOrder)], position));
        }

        switch (symbol.Kind == TokenKind.Word ? symbol.Text : "")
        {
            case "IN":
                Take();
                return Add(new PatternComparison(type, path, "IN", Set(), position));
            case "LIKE" or "MATCHES" or "ISSUBSET" or "ISSUPERSET":
                Take();
                return Add(new PatternComparison(type, path, symbol.Text, [ExpectKind("a text in single quotes", TokenKind.String)], position));
            default:
                throw Unexpected("a comparison such as =, IN or LIKE");
        }
    }

    private HashSet<string> Add(PatternComparison comparison)
    {
        _comparisons.Add(comparison);
        return new HashSet<string>(StringComparer.Ordinal) { comparison.ObjectType };
    }

    private List<PatternToken> Set()
    {
        var values = new List<PatternToken>();
        Expect("(");
        if (!IsSymbol(")"))
        {
            values.Add(Literal(true));
            while (IsSymbol(","))
            {
                Take();
                values.Add(Literal(true));
            }
        }

        Expect(")");
        return values;
    }

    private PatternToken Literal(bool takesBoolean) =>
        _token.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float or TokenKind.Hex or TokenKind.Binary or TokenKind.Timestamp || (takesBoolean && (IsWord("true") || IsWord("false")))
            ? Take()
            : throw Unexpected("a value; texts stand in single quotes");

    private (string Type, IReadOnlyList<string> Path, int Position) ObjectPath()
    {
        if (!_token.IsName && _token.Kind != TokenKind.HyphenWord)
        {
            throw Unexpected("a type of observable such as ipv4-addr");
        }

        var type = Take();
        Expect(":");
        var path = new List<string> { Step() };
        while (true)
        {
            if (IsSymbol("."))
            {
                Take();
                path.Add(Step());
            }
            else if (IsSymbol("["))
            {
                Take();
                if (_token.Kind != TokenKind.Integer && !IsSymbol("*"))
                {
                    throw Unexpected("an index or *");
                }

                Take();
                Expect("]");
            }
            else
            {
                return (type.Text, path, type.Position);
            }
        }
    }

    private string Step() => _token.IsName || _token.Kind == TokenKind.String ? Take().Text : throw Unexpected("the name of a property; one with a hyphen stands in single quotes");
}
