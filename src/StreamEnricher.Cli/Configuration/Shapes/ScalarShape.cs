using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>Parses a scalar's text; the result is null when it went well, else what is wrong.</summary>
internal delegate string? ScalarParser<T>(string text, out T value);

/// <summary>A value that is written as one word or number.</summary>
/// <param name="expected">What a person should write there: "a size such as 512MiB".</param>
/// <param name="schema">JSON Schema of the plain value, without the possibility of a variable.</param>
/// <param name="isSecret">The value must not be repeated in a problem.</param>
/// <param name="parse">Parses the text.</param>
internal sealed class ScalarShape<T>(string expected, Func<JsonObject> schema, ScalarParser<T> parse, bool isSecret = false) : Shape<T>
{
    private const string VariablePattern = @"\$\{[^}]+\}";

    /// <inheritdoc />
    public override bool TryRead(YamlNode node, string path, ReadContext context, out T value)
    {
        if (node is not YamlScalarNode scalar)
        {
            value = default!;
            context.Error(node, $"{path} must be {expected}, not {node.Describe()}");
            return false;
        }

        var wrong = parse(scalar.Value ?? "", out value);
        if (wrong is not null)
        {
            context.Error(node, isSecret ? $"{path} must be {expected}" : $"{path} must be {expected}, not {node.Describe()}", wrong.Length == 0 ? null : wrong);
        }

        return wrong is null;
    }

    /// <inheritdoc />
    public override JsonObject ToSchema()
    {
        var plain = schema();
        return plain.Count == 1 && plain["type"] is JsonValue type && type.GetValue<string>() == "string"
            ? plain
            : new JsonObject { ["anyOf"] = new JsonArray(plain, new JsonObject { ["type"] = "string", ["pattern"] = VariablePattern }) };
    }
}
