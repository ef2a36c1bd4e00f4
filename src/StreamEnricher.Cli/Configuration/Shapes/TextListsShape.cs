using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A map of free keys to one text or several.</summary>
internal sealed class TextListsShape : Shape<IReadOnlyDictionary<string, IReadOnlyList<string>>>
{
    private static readonly ListShape<string> Texts = new(Scalars.Text, singleAllowed: true);

    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out IReadOnlyDictionary<string, IReadOnlyList<string>> value)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        value = lists;
        if (node is not YamlMappingNode map)
        {
            context.Error(node, $"{path} must be a map, not {node.Describe()}");
            return false;
        }

        foreach (var (keyNode, child) in map.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            context.Remember($"{path}.{name}", child);
            if (Texts.TryRead(child, $"{path}.{name}", context, out var texts))
            {
                lists[name] = texts;
            }
        }

        return true;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["type"] = "object", ["additionalProperties"] = Texts.ToSchema() };
}
