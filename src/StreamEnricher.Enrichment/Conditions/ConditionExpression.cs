using System.Text.RegularExpressions;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Parses <c>selection and not (filter or 1 of extra*)</c>. What binds more tightly stands first: of, not, and, or.</summary>
internal sealed partial class ConditionExpression
{
    private readonly string[] _words;
    private readonly Dictionary<string, ConditionNode?> _selections;
    private int _at;

    /// <param name="text">The condition.</param>
    /// <param name="selections">By name; null for one that has a mistake of its own.</param>
    public ConditionExpression(string text, Dictionary<string, ConditionNode?> selections)
    {
        _selections = selections;
        _words = [.. Word().Matches(text).Select(match => match.Value)];
        Root = Or();
        if (_at < _words.Length && Problem is null)
        {
            Problem = $"'{_words[_at]}' is not expected here";
        }
    }

    /// <summary>The tree; null when there is a problem, here or in a selection.</summary>
    public ConditionNode? Root { get; }

    /// <summary>What is wrong, or null.</summary>
    public string? Problem { get; private set; }

    private string Names => _selections.Count == 0 ? "there is none" : $"there are {string.Join(", ", _selections.Keys)}";

    private string? Next => _at < _words.Length ? _words[_at] : null;

    private ConditionNode? Or() => Join("or", And, ConditionNode.Any);

    private ConditionNode? And() => Join("and", Not, ConditionNode.All);

    private ConditionNode? Join(string word, Func<ConditionNode?> part, Func<IEnumerable<ConditionNode>, ConditionNode> join)
    {
        var parts = new List<ConditionNode?> { part() };
        while (string.Equals(Next, word, StringComparison.OrdinalIgnoreCase))
        {
            _at++;
            parts.Add(part());
        }

        return parts.Contains(null) ? null : join(parts!);
    }

    private ConditionNode? Not()
    {
        if (!string.Equals(Next, "not", StringComparison.OrdinalIgnoreCase))
        {
            return Primary();
        }

        _at++;
        return Not() is { } inner ? ConditionNode.Not(inner) : null;
    }

    private ConditionNode? Primary()
    {
        var word = Next;
        _at++;
        switch (word)
        {
            case null:
                Problem ??= "the condition ends too early";
                return null;
            case "(":
                var inner = Or();
                if (Next != ")")
                {
                    Problem ??= "a ')' is missing";
                    return null;
                }

                _at++;
                return inner;
            case "1" or "any" or "all" when string.Equals(Next, "of", StringComparison.OrdinalIgnoreCase):
                _at++;
                return Of(word == "all");
            default:
                if (_selections.TryGetValue(word, out var selection))
                {
                    return selection;
                }

                Problem ??= $"no selection is named '{word}'; {Names}";
                return null;
        }
    }

    private ConditionNode? Of(bool all)
    {
        var pattern = Next ?? "";
        _at++;
        var expression = "^" + Regex.Escape(pattern == "them" ? "*" : pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + "$";
        var chosen = _selections
            .Where(selection => Regex.IsMatch(selection.Key, expression, RegexOptions.CultureInvariant) && !(pattern == "them" && selection.Key.StartsWith('_')))
            .Select(selection => selection.Value)
            .ToList();
        if (chosen.Count == 0)
        {
            Problem ??= $"no selection matches '{pattern}'; {Names}";
            return null;
        }

        if (chosen.Contains(null))
        {
            return null;
        }

        return all ? ConditionNode.All(chosen!) : ConditionNode.Any(chosen!);
    }

    [GeneratedRegex(@"[()]|[^\s()]+")]
    private static partial Regex Word();
}
