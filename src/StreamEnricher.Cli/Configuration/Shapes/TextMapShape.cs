using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A map of free keys to texts.</summary>
internal sealed class TextMapShape : Shape<IReadOnlyDictionary<string, string>>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out IReadOnlyDictionary<string, string> value)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        value = texts;
        if (node is not YamlMappingNode map)
        {
            context.Error(node, $"{path} must be a map, not {node.Describe()}");
            return false;
        }

        foreach (var (keyNode, child) in map.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? "";
            context.Remember($"{path}.{name}", child);
            if (child is YamlScalarNode scalar)
            {
                texts[name] = scalar.Value ?? "";
            }
            else
            {
                context.Error(child, $"{path}.{name} must be a text, not {child.Describe()}");
            }
        }

        return true;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") } };
}
