using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>Small questions about nodes.</summary>
internal static class YamlNodes
{
    /// <summary>Nothing is written, or a plain <c>null</c> or <c>~</c>.</summary>
    public static bool IsNull(this YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>What a person calls the node.</summary>
    public static string Describe(this YamlNode node) => node switch
    {
        YamlMappingNode => "a map",
        YamlSequenceNode => "a list",
        _ when node.IsNull() => "nothing",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        _ => "something else",
    };
}
