using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Finds the members of a map by name.</summary>
internal readonly struct RuleKeys(YamlMappingNode map)
{
    /// <summary>The member's value, or null.</summary>
    public YamlNode? Find(string name)
    {
        foreach (var (key, value) in map.Children)
        {
            if (key is YamlScalarNode { Value: { } text } && text == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The member's text; null when it is absent, empty or no scalar.</summary>
    public string? Text(string name) => Find(name) is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;
}
