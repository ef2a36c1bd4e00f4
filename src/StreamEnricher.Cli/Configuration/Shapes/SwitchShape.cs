using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A block, or the word that turns it off.</summary>
internal sealed class SwitchShape<T>(string off, Shape<T> shape, Func<T> whenOff) : Shape<T>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out T value)
    {
        if (node is YamlScalarNode scalar && (scalar.Value == off || scalar.Value == "false"))
        {
            value = whenOff();
            return true;
        }

        return shape.TryRead(node, path, context, out value);
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = new JsonArray(off, false) }, shape.ToSchema()) };
}
