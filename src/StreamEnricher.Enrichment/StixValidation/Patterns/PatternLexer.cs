using System.Text;
using System.Text.RegularExpressions;

namespace StreamEnricher.Enrichment.StixValidation.Patterns;

/// <summary>Cuts a pattern into tokens, as the lexer rules of the STIX 2.1 pattern grammar say.</summary>
internal sealed partial class PatternLexer(string pattern)
{
    private int _at;

    /// <summary>The next token; <see cref="TokenKind.End"/> for ever behind the last one.</summary>
    public PatternToken Next()
    {
        SkipSpace();
        if (_at >= pattern.Length)
        {
            return new PatternToken(TokenKind.End, "", _at + 1);
        }

        var c = pattern[_at];
        if (c is 't' or 'h' or 'b' && Literal(c) is { } literal)
        {
            return literal;
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            return Word();
        }

        if (char.IsAsciiDigit(c) || c is '+' or '-' or '.')
        {
            if (Number().Match(pattern, _at) is { Success: true } number && number.Index == _at)
            {
                return Take(number.Value.Contains('.', StringComparison.Ordinal) ? TokenKind.Float : TokenKind.Integer, number.Value, number.Length);
            }
        }

        if (c == '\'')
        {
            return QuotedText();
        }

        foreach (var symbol in (ReadOnlySpan<string>)["==", "!=", "<>", "<=", ">=", "=", "<", ">"])
        {
            if (string.CompareOrdinal(pattern, _at, symbol, 0, symbol.Length) == 0)
            {
                return Take(TokenKind.Operator, symbol, symbol.Length);
            }
        }

        return Take("[]():.,*".Contains(c, StringComparison.Ordinal) ? TokenKind.Punctuation : TokenKind.Invalid, c.ToString(), 1);
    }

    private PatternToken Take(TokenKind kind, string text, int length)
    {
        var token = new PatternToken(kind, text, _at + 1);
        _at += length;
        return token;
    }

    private void SkipSpace()
    {
        while (_at < pattern.Length)
        {
            var rest = pattern.AsSpan(_at);
            if (char.IsWhiteSpace(pattern[_at]))
            {
                _at++;
            }
            else if (rest.StartsWith("/*") && rest.IndexOf("*/") is >= 2 and var end)
            {
                _at += end + 2;
            }
            else if (rest.StartsWith("//"))
            {
                var line = rest.IndexOfAny('\r', '\n');
                _at = line < 0 ? pattern.Length : _at + line;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>t'…', h'…' and b'…'; null when what is in the quotes is none, which makes it a name with a text behind it.</summary>
    private PatternToken? Literal(char prefix)
    {
        var (rule, kind) = prefix switch { 't' => (Timestamp(), TokenKind.Timestamp), 'h' => (Hex(), TokenKind.Hex), _ => (Binary(), TokenKind.Binary) };
        var match = rule.Match(pattern, _at);
        return match.Success && match.Index == _at ? Take(kind, match.Value[2..^1], match.Length) : null;
    }

    private PatternToken Word()
    {
        var end = _at;
        var hasHyphen = false;
        while (end < pattern.Length && (char.IsAsciiLetterOrDigit(pattern[end]) || pattern[end] is '_' or '-'))
        {
            hasHyphen |= pattern[end] == '-';
            end++;
        }

        return Take(hasHyphen ? TokenKind.HyphenWord : TokenKind.Word, pattern[_at..end], end - _at);
    }

    /// <summary>A text in quotes: only the quote and the backslash may be escaped.</summary>
    private PatternToken QuotedText()
    {
        var text = new StringBuilder();
        for (var i = _at + 1; i < pattern.Length; i++)
        {
            if (pattern[i] == '\'')
            {
                return Take(TokenKind.String, text.ToString(), i + 1 - _at);
            }

            if (pattern[i] == '\\')
            {
                if (i + 1 >= pattern.Length || pattern[i + 1] is not ('\'' or '\\'))
                {
                    return Take(TokenKind.Invalid, "a backslash that escapes neither a quote nor a backslash", pattern.Length - _at);
                }

                i++;
            }

            text.Append(pattern[i]);
        }

        return Take(TokenKind.Invalid, "a text without a closing quote", pattern.Length - _at);
    }

    [GeneratedRegex(@"\G(?:[+-]?[0-9]*\.[0-9]+|[+-]?(?:0|[1-9][0-9]*))")]
    private static partial Regex Number();

    [GeneratedRegex(@"\Gt'[0-9]{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z'")]
    private static partial Regex Timestamp();

    [GeneratedRegex(@"\Gh'(?:[A-Fa-f0-9]{2})*'")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\Gb'(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)'")]
    private static partial Regex Binary();
}
