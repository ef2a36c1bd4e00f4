using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.EventTests;

/// <summary>YAML values as JSON, by YAML's core schema: what is in quotes is text; numbers are kept digit by digit. JSON pasted into YAML stays what it is.</summary>
internal static class YamlJson
{
    /// <summary>The value of a node.</summary>
    public static JsonNode? Of(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode map:
                var members = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    members[((YamlScalarNode)key).Value ?? ""] = Of(value);
                }

                return members;
            case YamlSequenceNode list:
                return new JsonArray([.. list.Children.Select(Of)]);
            default:
                var scalar = (YamlScalarNode)node;
                return Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain);
        }
    }

    private static JsonNode? Scalar(string? text, bool isPlain)
    {
        if (!isPlain)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            null or "" or "~" or "null" => null,
            "true" or "false" => JsonValue.Create(text == "true"),
            _ => IsNumber(text) ? JsonNode.Parse(text) : JsonValue.Create(text),
        };
    }

    private static bool IsNumber(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        try
        {
            return JsonNode.Parse(text)?.GetValueKind() == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            // "007", "+1" and ".5" are numbers to people, and texts in JSON.
            return false;
        }
    }
}
