using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>One of several blocks, told apart by its only key: <c>- tables: { files: […] }</c>.</summary>
/// <param name="kinds">A key for each block.</param>
internal sealed class ProviderShape<T>(params IReadOnlyList<Key<T?>> kinds) : Shape<T>
    where T : class
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out T value)
    {
        value = null!;
        var known = kinds.Select(kind => kind.Name).ToList();
        if (node is not YamlMappingNode { Children.Count: 1 } map)
        {
            context.Error(node, $"{path} must be a map with one key", $"one of: {string.Join(", ", known)}");
            return false;
        }

        var (keyNode, child) = map.Children[0];
        var name = (keyNode as YamlScalarNode)?.Value ?? "";
        var kind = kinds.FirstOrDefault(one => one.Name == name);
        if (kind is null)
        {
            context.Error(keyNode, $"unknown key {name} in {path}", Suggestion.For(name, known));
            return false;
        }

        context.Remember($"{path}.{name}", child);
        var read = kind.Apply(null, child, $"{path}.{name}", context);
        value = read!;
        return read is not null;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
        ["maxProperties"] = 1,
        ["properties"] = new JsonObject(kinds.Select(kind => KeyValuePair.Create(kind.Name, (JsonNode?)kind.ToSchema()))),
    };
}
