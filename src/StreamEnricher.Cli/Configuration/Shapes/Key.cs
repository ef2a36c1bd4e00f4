using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>One key of a map: its name, what it is for, and how its value gets into the record.</summary>
/// <typeparam name="T">The record.</typeparam>
internal abstract class Key<T>(string name, string description, bool required)
{
    /// <summary>Name as written.</summary>
    public string Name { get; } = name;

    /// <summary>One sentence for editors.</summary>
    public string Description { get; } = description;

    /// <summary>The map is wrong without it.</summary>
    public bool Required { get; } = required;

    /// <summary>Reads the value and sets it; returns the record unchanged after a problem.</summary>
    public abstract T Apply(T record, YamlNode node, string path, ReadContext context);

    /// <summary>Schema of the value.</summary>
    public abstract JsonObject ToSchema();
}

/// <summary>A key with the shape of its value.</summary>
internal sealed class Key<T, TValue>(string name, Shape<TValue> shape, string description, Func<T, TValue, T> set, bool required = false)
    : Key<T>(name, description, required)
{
    /// <inheritdoc />
    public override T Apply(T record, YamlNode node, string path, ReadContext context) =>
        shape.TryRead(node, path, context, out var value) ? set(record, value) : record;

    /// <inheritdoc />
    public override JsonObject ToSchema()
    {
        var schema = shape.ToSchema();
        schema["description"] = Description;
        return schema;
    }
}
