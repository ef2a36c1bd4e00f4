using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>A mistake in a condition.</summary>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="Message">What is wrong and the way out.</param>
internal sealed record ConditionError(long Line, long Column, string Message);

/// <summary>
/// A condition on one event in Sigma's detection syntax: maps (all must hold), lists (one must), modifiers behind the field name, and named selections
/// joined by a <c>condition</c> (Sigma specification 2.1, Rules/detection). Immutable, thread-safe.
/// </summary>
internal sealed class Condition
{
    private readonly ConditionNode _root;
    private readonly int[] _textThatMatters;

    private Condition(ConditionNode root, IReadOnlyList<string> fields)
    {
        _root = root;
        Fields = fields;
        _textThatMatters = new int[fields.Count];
        MeasureTexts(root);
    }

    /// <summary>The fields that the condition reads, each once.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="node">A map, or a list of maps.</param>
    /// <param name="errors">What is wrong, all of it.</param>
    /// <returns>Null when there are errors.</returns>
    public static Condition? Parse(YamlNode node, out IReadOnlyList<ConditionError> errors)
    {
        var parser = new ConditionParser(ConditionDialect.Plain);
        var root = parser.Parse(node);
        errors = parser.Errors;
        return errors.Count > 0 || root is null ? null : new Condition(root, parser.Fields);
    }

    /// <summary>Whether the condition holds. Allocates nothing, unless a regular expression or a network must be tried.</summary>
    public bool Matches<TReader>(scoped ref TReader reader)
        where TReader : IFieldReader, allows ref struct =>
        Evaluate(_root, ref reader);

    /// <summary>
    /// How much of a field's text the condition looks at: 0 when only its presence matters, <see cref="int.MaxValue"/> for all of it, else so many bytes. Of two texts that
    /// are longer and begin with the same bytes, the condition holds for both or for neither.
    /// </summary>
    /// <param name="field">Index in <see cref="Fields"/>.</param>
    public int TextThatMatters(int field) => _textThatMatters[field];

    private void MeasureTexts(ConditionNode node)
    {
        if (node is { Kind: NodeKind.Test, Test: { } test })
        {
            var length = test.Kind is TestKind.Equal or TestKind.StartsWith ? test.Text.Length : int.MaxValue;
            _textThatMatters[node.Field] = Math.Max(_textThatMatters[node.Field], Math.Max(1, length));
        }

        foreach (var child in node.Children)
        {
            MeasureTexts(child);
        }
    }

    private static bool Evaluate<TReader>(ConditionNode node, scoped ref TReader reader)
        where TReader : IFieldReader, allows ref struct
    {
        switch (node.Kind)
        {
            case NodeKind.All:
                foreach (var child in node.Children)
                {
                    if (!Evaluate(child, ref reader))
                    {
                        return false;
                    }
                }

                return true;
            case NodeKind.Any:
                foreach (var child in node.Children)
                {
                    if (Evaluate(child, ref reader))
                    {
                        return true;
                    }
                }

                return false;
            case NodeKind.Not:
                return !Evaluate(node.Children[0], ref reader);
            case NodeKind.Exists:
                return (reader.Get(node.Field).Kind != Core.Events.TokenKind.None) == node.Expected;
            case NodeKind.Reference:
                return TokenMatcher.MatchesReference(reader.Get(node.Field), reader.Get(node.Other), node.Test!);
            default:
                return TokenMatcher.Matches(reader.Get(node.Field), node.Test!);
        }
    }
}
