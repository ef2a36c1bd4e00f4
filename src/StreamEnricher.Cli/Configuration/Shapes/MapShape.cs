using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A map with known keys, read into a record. Unknown keys are refused.</summary>
/// <param name="defaults">The record that keys are set on.</param>
/// <param name="keys">All keys.</param>
internal sealed class MapShape<T>(T defaults, params IReadOnlyList<Key<T>> keys) : Shape<T>
{
    /// <summary>Names of which exactly one must be there; empty for no such rule.</summary>
    public IReadOnlyList<string> ExactlyOneOf { get; init; } = [];

    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out T value)
    {
        value = defaults;
        if (node is not YamlMappingNode map)
        {
            if (node.IsNull() && !keys.Any(key => key.Required) && ExactlyOneOf.Count == 0)
            {
                return true;
            }

            context.Error(node, $"{Title(path)} must be a map, not {node.Describe()}", $"its keys: {string.Join(", ", keys.Select(key => key.Name))}");
            return false;
        }

        foreach (var (keyNode, child) in map.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            var key = keys.FirstOrDefault(one => one.Name == name);
            if (key is null)
            {
                context.Error(keyNode, $"unknown key {name} in {Title(path)}", Suggestion.For(name, [.. keys.Select(one => one.Name)]));
                continue;
            }

            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            context.Remember(childPath, child);
            if (!child.IsNull() || IsBlock(name))
            {
                value = key.Apply(value, child, childPath, context);
            }
        }

        CheckPresence(map, path, context);
        return true;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema()
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)key.ToSchema()))),
        };
        if (keys.Any(key => key.Required))
        {
            schema["required"] = new JsonArray([.. keys.Where(key => key.Required).Select(key => JsonValue.Create(key.Name))]);
        }

        if (ExactlyOneOf.Count > 0)
        {
            schema["oneOf"] = new JsonArray([.. ExactlyOneOf.Select(name => new JsonObject { ["required"] = new JsonArray(name) })]);
        }

        return schema;
    }

    private static string Title(string path) => path.Length == 0 ? "the pipeline" : path;

    private bool IsBlock(string name) => ExactlyOneOf.Contains(name, StringComparer.Ordinal);

    private void CheckPresence(YamlMappingNode map, string path, ReadContext context)
    {
        var present = map.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "").ToHashSet(StringComparer.Ordinal);
        foreach (var key in keys.Where(key => key.Required && !present.Contains(key.Name)))
        {
            context.Error(map, $"{Title(path)} lacks {key.Name}", key.Description);
        }

        if (ExactlyOneOf.Count == 0)
        {
            return;
        }

        var chosen = ExactlyOneOf.Where(present.Contains).ToList();
        if (chosen.Count != 1)
        {
            var found = chosen.Count == 0 ? "none of them" : string.Join(" and ", chosen);
            context.Error(map, $"{Title(path)} must have exactly one of {string.Join(", ", ExactlyOneOf)}, but has {found}");
        }
    }
}
