using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration;

/// <summary>
/// Applies <c>--set path=value</c> to a file before it is read. A path is keys with dots between them; a key with dots of its own stands in double
/// quotes, a place in a list is its number from 0 (<c>url.0</c> or <c>url[0]</c>), and below <c>kafka.properties</c> all the rest is one key. The value is YAML.
/// </summary>
internal static class Overrides
{
    private static readonly string[] PropertiesPath = ["kafka", "properties"];

    /// <summary>Applies one override.</summary>
    /// <param name="root">The file.</param>
    /// <param name="text"><c>path=value</c>.</param>
    /// <param name="places">Takes every node that is made, with the path.</param>
    /// <returns>What is wrong, or null.</returns>
    public static (string Path, string Problem)? Apply(YamlMappingNode root, string text, IDictionary<YamlNode, string> places)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return (text, "--set takes path=value, such as --set limits.memory=1GiB");
        }

        var path = text[..equals];
        if (Split(path) is not { Count: > 0 } keys)
        {
            return (path, "the path has an empty key or a quote without its end");
        }

        YamlNode value;
        try
        {
            value = Parse(text[(equals + 1)..]);
        }
        catch (YamlException exception)
        {
            return (path, $"the value is no YAML: {exception.Message}");
        }

        Register(value, path, places);
        return Set(root, keys, value, path, places) is { } problem ? (path, problem) : null;
    }

    private static string? Set(YamlMappingNode root, List<string> keys, YamlNode value, string path, IDictionary<YamlNode, string> places)
    {
        YamlNode at = root;
        for (var index = 0; index < keys.Count; index++)
        {
            var last = index == keys.Count - 1;
            switch (at)
            {
                case YamlMappingNode map:
                    var key = Find(map, keys[index]);
                    if (last)
                    {
                        Replace(map, key ?? Register(new YamlScalarNode(keys[index]), path, places), value);
                        return null;
                    }

                    if (key is null || map.Children[key].Describes("null"))
                    {
                        Replace(map, key ?? Register(new YamlScalarNode(keys[index]), path, places), Register(new YamlMappingNode(), path, places));
                    }

                    at = map.Children[Find(map, keys[index])!];
                    break;
                case YamlSequenceNode list when int.TryParse(keys[index], NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place <= list.Children.Count:
                    if (place == list.Children.Count)
                    {
                        list.Children.Add(last ? value : Register(new YamlMappingNode(), path, places));
                    }
                    else if (last)
                    {
                        list.Children[place] = value;
                    }

                    if (last)
                    {
                        return null;
                    }

                    at = list.Children[place];
                    break;
                case YamlSequenceNode list:
                    return $"{keys[index]} is no place of the list, which has {list.Children.Count}";
                default:
                    return $"{string.Join('.', keys.Take(index))} is a single value and has no {keys[index]}";
            }
        }

        return null;
    }

    private static YamlNode? Find(YamlMappingNode map, string key) => map.Children.Keys.FirstOrDefault(node => node is YamlScalarNode scalar && scalar.Value == key);

    private static void Replace(YamlMappingNode map, YamlNode key, YamlNode value) => map.Children[key] = value;

    private static bool Describes(this YamlNode node, string word) => node is YamlScalarNode { Style: ScalarStyle.Plain } scalar && (scalar.Value is null or "" || scalar.Value == word);

    private static YamlNode Parse(string text)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(text);
        stream.Load(reader);
        return stream.Documents.Count == 0 ? new YamlScalarNode("") { Style = ScalarStyle.DoubleQuoted } : stream.Documents[0].RootNode;
    }

    private static YamlNode Register(YamlNode node, string path, IDictionary<YamlNode, string> places)
    {
        foreach (var one in node.AllNodes)
        {
            places[one] = path;
        }

        return node;
    }

    private static List<string>? Split(string path)
    {
        var keys = new List<string>();
        var key = new StringBuilder();
        var (quoted, wasQuoted) = (false, false);
        foreach (var character in path + ".")
        {
            if (character == '"')
            {
                quoted = !quoted;
                wasQuoted = true;
            }
            else if (quoted || character is not ('.' or '[' or ']'))
            {
                key.Append(character);
            }
            else if (keys.SequenceEqual(PropertiesPath))
            {
                key.Append(character);
            }
            else if (key.Length > 0 || wasQuoted)
            {
                keys.Add(key.ToString());
                key.Clear();
                wasQuoted = false;
            }
            else if (character == '.' && keys.Count == 0)
            {
                return null;
            }
        }

        if (key.Length > 0)
        {
            keys.Add(key.ToString(0, key.Length - 1));
        }

        return quoted ? null : keys;
    }
}
