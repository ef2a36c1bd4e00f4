using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Reads typed values out of YAML nodes and notes what is wrong with line and column instead of throwing.</summary>
internal sealed class YamlReader(string file, List<FormatProblem> problems)
{
    /// <summary>File name for messages.</summary>
    public string File { get; } = file;

    public static Place PlaceOf(YamlNode node) => new(node.Start.Line, node.Start.Column);

    public void Problem(YamlNode node, string message) => Problem(PlaceOf(node), message);

    public void Problem(Place place, string message) => problems.Add(new FormatProblem(File, place.Line, place.Column, message));

    /// <summary>Members of a map, each key once; anything else is a problem. Keys outside <paramref name="known"/> are problems too.</summary>
    public IEnumerable<(string Key, YamlNode KeyNode, YamlNode Value)> Members(YamlNode node, string what, IReadOnlyCollection<string>? known = null)
    {
        if (node is not YamlMappingNode map)
        {
            Problem(node, $"{what} must be a map");
            yield break;
        }

        foreach (var (key, value) in map.Children)
        {
            var name = Text(key) ?? "";
            if (known is not null && !known.Contains(name))
            {
                Problem(key, $"unknown key '{name}' in {what}{Suggestion.For(name, known)}");
                continue;
            }

            yield return (name, key, value);
        }
    }

    /// <summary>A scalar's text; null for a YAML null or anything that is no scalar.</summary>
    public static string? Text(YamlNode node) => node is YamlScalarNode { Value: { } value } scalar && !IsNull(scalar) ? value : null;

    public static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>A scalar's text, or a problem.</summary>
    public string? Required(YamlNode node, string what)
    {
        var text = Text(node);
        if (string.IsNullOrEmpty(text))
        {
            Problem(node, $"{what} must be a text");
            return null;
        }

        return text;
    }

    /// <summary>One text or a list of texts.</summary>
    public IReadOnlyList<string> Texts(YamlNode node, string what)
    {
        if (node is YamlSequenceNode list)
        {
            return [.. list.Children.Select(item => Required(item, what)).OfType<string>()];
        }

        return Required(node, what) is { } text ? [text] : [];
    }

    /// <summary>true or false, or a problem.</summary>
    public bool Flag(YamlNode node, string what)
    {
        if (bool.TryParse(Text(node), out var value))
        {
            return value;
        }

        Problem(node, string.Create(CultureInfo.InvariantCulture, $"{what} must be true or false"));
        return false;
    }
}
