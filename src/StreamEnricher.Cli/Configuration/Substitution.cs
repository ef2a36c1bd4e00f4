using System.Text;
using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration.Shapes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration;

/// <summary>
/// Replaces <c>${VAR}</c>, <c>${VAR:default}</c> and <c>${file:/path}</c> in the scalar values of a file; <c>$${</c> stands for <c>${</c>.
/// A variable that is set but empty counts as set.
/// </summary>
/// <param name="environment">Value of a variable, null when it is not set.</param>
/// <param name="context">Takes the problems.</param>
internal sealed partial class Substitution(Func<string, string?> environment, ReadContext context)
{
    private const string FilePrefix = "file:";
    private readonly HashSet<YamlNode> _done = new(ReferenceEqualityComparer.Instance);

    /// <summary>Replaces in place, so that every value keeps its position. Nodes that an alias shares are visited once.</summary>
    public void Apply(YamlNode node)
    {
        if (!_done.Add(node))
        {
            return;
        }

        switch (node)
        {
            case YamlScalarNode { Value: { } text } scalar when text.Contains("${", StringComparison.Ordinal):
                scalar.Value = Replace(scalar, text);
                break;
            case YamlSequenceNode list:
                foreach (var child in list.Children)
                {
                    Apply(child);
                }

                break;
            case YamlMappingNode map:
                foreach (var child in map.Children.Values)
                {
                    Apply(child);
                }

                break;
            default:
                break;
        }
    }

    private string Replace(YamlScalarNode node, string text)
    {
        var result = new StringBuilder();
        var at = 0;
        foreach (var match in VariableRegex().EnumerateMatches(text))
        {
            result.Append(text, at, match.Index - at);
            at = match.Index + match.Length;
            var found = text.AsSpan(match.Index, match.Length);
            result.Append(found.StartsWith("$$") ? found[1..].ToString() : ValueOf(node, found[2..^1].ToString()));
        }

        var rest = text[at..];
        if (rest.Contains("${", StringComparison.Ordinal))
        {
            context.Error(node, "a ${ without its }", "write ${NAME}, ${NAME:default} or ${file:/path}; $${ for the characters themselves");
        }

        return result.Append(rest).ToString();
    }

    private string ValueOf(YamlScalarNode node, string expression)
    {
        if (expression.StartsWith(FilePrefix, StringComparison.Ordinal))
        {
            return ContentOf(node, expression[FilePrefix.Length..]);
        }

        var colon = expression.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? expression : expression[..colon];
        if (!NameRegex().IsMatch(name))
        {
            context.Error(node, $"{name} is no name of an environment variable", "write ${NAME}, ${NAME:default} or ${file:/path}");
            return "";
        }

        if (environment(name) is { } value)
        {
            return value;
        }

        if (colon < 0)
        {
            context.Error(node, $"the environment variable {name} is not set", $"set it, or give a default: ${{{name}:…}}");
            return "";
        }

        return expression[(colon + 1)..];
    }

    private string ContentOf(YamlScalarNode node, string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            context.Error(node, $"cannot read {path}: {exception.Message}");
            return "";
        }
    }

    [GeneratedRegex(@"\$?\$\{[^}]*\}")]
    private static partial Regex VariableRegex();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex NameRegex();
}
