using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A condition (Sigma detection syntax), kept as YAML; its compiler judges it.</summary>
internal sealed class ConditionShape : Shape<YamlNode>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out YamlNode value)
    {
        value = node;
        if (node is YamlMappingNode or YamlSequenceNode)
        {
            return true;
        }

        context.Error(node, $"{path} must be a condition, not {node.Describe()}", "for example { event.severity|gte: 50 }");
        return false;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray("object", "array") };
}
