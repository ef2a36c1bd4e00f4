using StreamEnricher.Testing;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.UnitTests.Deployment;

/// <summary>The files below deploy/, as trees.</summary>
internal static class DeploymentFiles
{
    public static string Text(params string[] path) => File.ReadAllText(Repository.PathOf(["deploy", .. path]));

    public static YamlNode Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Single().RootNode;
    }

    /// <summary>The node at a path of keys and indexes.</summary>
    public static YamlNode At(this YamlNode node, params object[] path) => path.Aggregate(node, static (at, step) => step is int index ? at[index] : at[(string)step]);

    public static string Value(this YamlNode node, params object[] path) => ((YamlScalarNode)node.At(path)).Value!;
}
