using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>true, false, or a block with more to say about what is turned on.</summary>
internal sealed class ToggleShape<T>(Shape<T> block, T on, T off) : Shape<T>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out T value)
    {
        if (node is not YamlScalarNode scalar)
        {
            return block.TryRead(node, path, context, out value);
        }

        value = scalar.Value == "true" ? on : off;
        if (scalar.Value is "true" or "false" or "" or null)
        {
            return true;
        }

        context.Error(node, $"{path} must be true, false or a block, not {node.Describe()}");
        return false;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray(true, false, "") }, block.ToSchema()) };
}
