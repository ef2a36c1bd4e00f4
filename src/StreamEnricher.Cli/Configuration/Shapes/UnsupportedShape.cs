using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>A key that exists for a feature that this version does not have: only values that ask for nothing are taken.</summary>
internal sealed class UnsupportedShape(params string[] nothing) : Shape<bool>
{
    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out bool value)
    {
        value = false;
        if (node.IsNull() || (node is YamlScalarNode scalar && (string.IsNullOrEmpty(scalar.Value) || nothing.Contains(scalar.Value, StringComparer.Ordinal))))
        {
            return true;
        }

        context.Error(node, $"{path} is not supported by this version", "leave it out");
        return false;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema() => new() { ["enum"] = new JsonArray([JsonValue.Create(""), null, .. nothing.Select(Typed)]) };

    private static JsonNode Typed(string word) => word == "false" ? JsonValue.Create(false) : word == "0" ? JsonValue.Create(0) : JsonValue.Create(word);
}
