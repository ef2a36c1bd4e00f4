using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A key whose feature this version does not have and can do without: a value gives a warning that says what happens instead.</summary>
/// <param name="instead">What happens instead.</param>
/// <param name="type">JSON type of its value.</param>
internal sealed class IgnoredShape(string instead, string type = "string") : Shape<bool>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out bool value)
    {
        value = node is not YamlScalarNode { Value: null or "" };
        if (value)
        {
            context.Warn(node, $"{path} is not supported by this version: {instead}");
        }

        return true;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["type"] = type };
}
