using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A map whose keys are names that the operator chooses; keeps their order.</summary>
internal sealed class NamedShape<T>(Shape<T> item, Func<string, string?> checkName, string namePattern) : Shape<IReadOnlyList<KeyValuePair<string, T>>>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out IReadOnlyList<KeyValuePair<string, T>> value)
    {
        value = [];
        if (node is not YamlMappingNode map)
        {
            context.Error(node, $"{path} must be a map of names, not {node.Describe()}");
            return false;
        }

        var items = new List<KeyValuePair<string, T>>();
        foreach (var (keyNode, child) in map.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            if (checkName(name) is { } wrong)
            {
                context.Error(keyNode, wrong);
            }

            context.Remember($"{path}.{name}", child);
            if (item.TryRead(child, $"{path}.{name}", context, out var one))
            {
                items.Add(new(name, one));
            }
        }

        value = items;
        return true;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["propertyNames"] = new JsonObject { ["pattern"] = namePattern },
        ["additionalProperties"] = item.ToSchema(),
    };
}
