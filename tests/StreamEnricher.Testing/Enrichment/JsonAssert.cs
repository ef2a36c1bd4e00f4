using System.Text.Json.Nodes;

namespace StreamEnricher.Testing.Enrichment;

/// <summary>Compares JSON by content; members may stand in any order.</summary>
public static class JsonAssert
{
    /// <summary>Throws with both texts when the contents differ.</summary>
    public static void Equal(string expected, JsonNode actual)
    {
        ArgumentNullException.ThrowIfNull(actual);
        var wanted = JsonNode.Parse(expected);
        if (!JsonNode.DeepEquals(wanted, actual))
        {
            throw new InvalidOperationException($"expected:\n{wanted!.ToJsonString()}\nactual:\n{actual.ToJsonString()}");
        }
    }
}
