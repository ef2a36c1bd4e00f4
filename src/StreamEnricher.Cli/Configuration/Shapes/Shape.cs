using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>Describes one kind of value in a pipeline file. It reads the value from YAML and describes it to editors, so that both always agree.</summary>
/// <typeparam name="T">What it is read into.</typeparam>
internal abstract class Shape<T>
{
    /// <summary>Reads a node; false after a problem has been reported.</summary>
    /// <param name="node">The value, substitutions done.</param>
    /// <param name="path">Dotted path of the value, for problems.</param>
    /// <param name="context">Takes the problems.</param>
    /// <param name="value">The value.</param>
    public abstract bool TryRead(YamlNode node, string path, ReadContext context, out T value);

    /// <summary>JSON Schema (2020-12) of the value.</summary>
    public abstract JsonObject ToSchema();
}
