using System.Text.Json.Nodes;

namespace StreamEnricher.Delivery.Elasticsearch.Setup;

/// <summary>
/// The mapping of a data stream: every field of ECS 9.4.0 (elastic/ecs v9.4.0, generated/elasticsearch/composable, Apache-2.0), the engine's own fields, and each
/// vendor namespace as one flattened field. Other fields are kept but not indexed (<c>dynamic: false</c>), so that no producer can blow up the mapping.
/// </summary>
internal static class IndexMapping
{
    private const string Resource = "ecs-9.4.0-properties.json";

    /// <summary>Lucene takes no term above 32,766 bytes; a character of UTF-8 has at most four.</summary>
    private const int LongestTerm = 8191;

    /// <summary>Events nested deeper are refused before any sink; by default a flattened field refuses 20 levels.</summary>
    private const int DeepestEvent = 64;

    public static JsonObject Properties(bool isOpenSearch, IEnumerable<string> vendorNamespaces)
    {
        var properties = Load();
        if (isOpenSearch)
        {
            ToOpenSearch(properties);
        }

        properties["cybersecurity"] = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["event_id"] = Type("keyword"),
                ["source_service"] = Type("keyword"),
                ["confidence_score"] = Type("float"),
                ["degraded"] = Type("boolean"),
                ["attack_version"] = Type("keyword"),
                ["evidence"] = Flat(isOpenSearch),
            },
        };
        properties["kafka"] = new JsonObject
        {
            ["properties"] = new JsonObject { ["topic"] = Type("keyword"), ["partition"] = Type("long"), ["offset"] = Type("long") },
        };
        foreach (var dotted in vendorNamespaces)
        {
            AddNamespace(properties, dotted.Split('.'), isOpenSearch);
        }

        return properties;
    }

    private static JsonObject Type(string type) => new() { ["type"] = type };

    private static JsonObject Flat(bool isOpenSearch) => isOpenSearch
        ? Type("flat_object")
        : new JsonObject { ["type"] = "flattened", ["ignore_above"] = LongestTerm, ["depth_limit"] = DeepestEvent };

    /// <summary>A namespace within another one (zeek.conn beside zeek) is covered by the outer one's field.</summary>
    private static void AddNamespace(JsonObject properties, string[] steps, bool isOpenSearch)
    {
        var level = properties;
        for (var i = 0; i < steps.Length; i++)
        {
            if (level[steps[i]] is JsonObject known && known.ContainsKey("type"))
            {
                return;
            }

            if (i == steps.Length - 1)
            {
                level[steps[i]] = Flat(isOpenSearch);
                return;
            }

            if (level[steps[i]]?["properties"] is not JsonObject inner)
            {
                inner = [];
                level[steps[i]] = new JsonObject { ["properties"] = inner };
            }

            level = inner;
        }
    }

    private static void ToOpenSearch(JsonObject node)
    {
        switch ((string?)(node["type"] as JsonValue))
        {
            case "flattened":
                node.Clear();
                node["type"] = "flat_object";
                break;
            case "wildcard":
                // Its doc values are terms there, and one that is too long refuses the whole document.
                node["ignore_above"] = LongestTerm;
                break;
            default:
                break;
        }

        foreach (var child in node.Select(member => member.Value).OfType<JsonObject>().ToList())
        {
            ToOpenSearch(child);
        }
    }

    private static JsonObject Load()
    {
        var type = typeof(IndexMapping);
        using var stream = type.Assembly.GetManifestResourceStream($"{type.Namespace}.{Resource}")
            ?? throw new InvalidOperationException($"The resource {Resource} is missing in {type.Assembly.GetName().Name}.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
