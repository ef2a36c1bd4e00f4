using System.Text.RegularExpressions;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>A regular expression that is matched in linear time, so that a rule of others cannot hold a worker with one long event. Thread-safe.</summary>
/// <remarks>
/// The automaton is made when it is first asked: one costs milliseconds, thousands of rules have hundreds of them, and most are never reached. What the syntax
/// check cannot settle is made at once, so that a mistake is always found when the rule is read.
/// </remarks>
internal sealed class LinearRegex
{
    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <summary>Beginnings of what may need backtracking: look-around, atomic groups, conditions, references to groups, \G. More than that begins so.</summary>
    private static readonly string[] Doubtful = ["(?=", "(?!", "(?<", "(?>", "(?(", @"\G", @"\k"];

    private readonly Lazy<Regex> _regex;

    /// <param name="pattern">.NET syntax.</param>
    /// <param name="options">IgnoreCase, Multiline and Singleline.</param>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    /// <exception cref="NotSupportedException">It cannot be matched in linear time.</exception>
    public LinearRegex(string pattern, RegexOptions options)
    {
        Pattern = pattern;
        Options = options;
        _regex = new Lazy<Regex>(() => new Regex(pattern, options | Linear));
        if (IsDoubtful(pattern))
        {
            _ = _regex.Value;
        }
        else
        {
            _ = new Regex(pattern, options | RegexOptions.CultureInvariant);
        }
    }

    /// <summary>The expression.</summary>
    public string Pattern { get; }

    /// <summary>IgnoreCase, Multiline and Singleline.</summary>
    public RegexOptions Options { get; }

    /// <summary>The automaton exists already.</summary>
    internal bool IsMade => _regex.IsValueCreated;

    /// <summary>Whether a text has a match.</summary>
    public bool IsMatch(ReadOnlySpan<char> text) => _regex.Value.IsMatch(text);

    private static bool IsDoubtful(string pattern)
    {
        for (var at = pattern.IndexOf('\\', StringComparison.Ordinal); at >= 0 && at + 1 < pattern.Length; at = pattern.IndexOf('\\', at + 1))
        {
            if (char.IsAsciiDigit(pattern[at + 1]))
            {
                return true;
            }
        }

        return Array.Exists(Doubtful, start => pattern.Contains(start, StringComparison.Ordinal));
    }
}
