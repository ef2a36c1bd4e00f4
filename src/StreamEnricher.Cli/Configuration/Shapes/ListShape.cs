using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A list, or one value alone where a list of one is meant.</summary>
internal sealed class ListShape<T>(Shape<T> item, bool singleAllowed = false) : Shape<IReadOnlyList<T>>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out IReadOnlyList<T> value)
    {
        value = [];
        if (node is not YamlSequenceNode list)
        {
            if (!singleAllowed || node is not YamlScalarNode)
            {
                context.Error(node, $"{path} must be a list, not {node.Describe()}", node is YamlScalarNode ? $"[{node}]" : null);
                return false;
            }

            list = new YamlSequenceNode(node);
        }

        var items = new List<T>();
        var complete = true;
        foreach (var (child, index) in list.Children.Select((child, index) => (child, index)))
        {
            context.Remember($"{path}.{index}", child);
            if (item.TryRead(child, $"{path}.{index}", context, out var one))
            {
                items.Add(one);
            }
            else
            {
                complete = false;
            }
        }

        value = items;
        return complete;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema()
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.ToSchema() };
        return singleAllowed ? new JsonObject { ["anyOf"] = new JsonArray(item.ToSchema(), list) } : list;
    }
}
