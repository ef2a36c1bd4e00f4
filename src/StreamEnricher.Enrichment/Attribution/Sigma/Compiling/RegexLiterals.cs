using System.Text;
using System.Text.RegularExpressions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>Finds characters that every text has that a regular expression matches. Careful rather than complete: what it does not understand ends a run.</summary>
internal sealed class RegexLiterals
{
    private readonly string _pattern;
    private readonly bool _ignoresCase;
    private readonly StringBuilder _run = new();
    private string _longest = "";
    private int _at;

    private RegexLiterals(string pattern, RegexOptions options)
    {
        _pattern = pattern;
        _ignoresCase = options.HasFlag(RegexOptions.IgnoreCase) || pattern.Contains("(?", StringComparison.Ordinal);
    }

    /// <summary>The longest run of plain ASCII characters outside groups and classes; empty when there is none.</summary>
    public static byte[] Longest(string pattern, RegexOptions options)
    {
        var search = new RegexLiterals(pattern, options);
        return search.Read() ? Encoding.ASCII.GetBytes(search._longest) : [];
    }

    /// <summary>False when the expression is an alternative, or in a mode in which white space does not count.</summary>
    private bool Read()
    {
        while (_at < _pattern.Length)
        {
            var character = _pattern[_at++];
            switch (character)
            {
                case '|':
                    return false;
                case '(':
                    End();
                    if (SkipGroup())
                    {
                        return false;
                    }

                    break;
                case '[':
                    End();
                    SkipClass();
                    break;
                case '*' or '?' or '{':
                    // What stands before it need not be there, or not only once.
                    _run.Length = Math.Max(0, _run.Length - 1);
                    End();
                    _at = character == '{' && _pattern.IndexOf('}', _at) is var end and >= 0 ? end + 1 : _at;
                    break;
                case '+' or '.' or '^' or '$':
                    End();
                    break;
                case '\\':
                    Escape();
                    break;
                default:
                    Take(character);
                    break;
            }
        }

        End();
        return true;
    }

    private void Take(char character)
    {
        // Without case the Kelvin sign is a k.
        if (character > 127 || (_ignoresCase && character is 'k' or 'K'))
        {
            End();
        }
        else
        {
            _run.Append(character);
        }
    }

    private void End()
    {
        if (_run.Length > _longest.Length)
        {
            _longest = _run.ToString();
        }

        _run.Clear();
    }

    private void Escape()
    {
        var escaped = _at < _pattern.Length ? _pattern[_at++] : '\\';
        if (!char.IsLetterOrDigit(escaped) && escaped != '_')
        {
            Take(escaped);
            return;
        }

        End();
        var digits = escaped switch { 'x' => 2, 'u' => 4, 'c' => 1, >= '0' and <= '9' => 2, _ => 0 };
        _at = Math.Min(_pattern.Length, _at + digits);
        if (escaped is 'p' or 'P' or 'k' && _pattern.IndexOfAny(['}', '>'], _at) is var end and >= 0)
        {
            _at = end + 1;
        }
    }

    private void SkipClass()
    {
        // A bracket directly behind the opening one is a member of the class.
        _at += _at < _pattern.Length && _pattern[_at] == '^' ? 1 : 0;
        _at += _at < _pattern.Length && _pattern[_at] == ']' ? 1 : 0;
        for (var depth = 1; _at < _pattern.Length && depth > 0; _at++)
        {
            switch (_pattern[_at])
            {
                case '\\':
                    _at++;
                    break;
                case '[' when _pattern[_at - 1] == '-':
                    depth++;
                    break;
                case ']':
                    depth--;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Steps behind a group; true when it sets a mode for what follows.</summary>
    private bool SkipGroup()
    {
        var start = _at;
        for (var depth = 1; _at < _pattern.Length && depth > 0;)
        {
            switch (_pattern[_at++])
            {
                case '\\':
                    _at++;
                    break;
                case '[':
                    SkipClass();
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                default:
                    break;
            }
        }

        // (?x) changes how the rest is written; (?i) only how it compares, which is allowed for.
        var group = _pattern.AsSpan(start, Math.Min(_at, _pattern.Length) - start);
        return group.Length > 0 && group[0] == '?' && !group.Contains(':') && !group.Contains('<') && !group.Contains('=') && !group.Contains('!') && group.Contains('x');
    }
}
