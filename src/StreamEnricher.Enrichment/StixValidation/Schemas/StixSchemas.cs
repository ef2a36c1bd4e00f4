using StreamEnricher.Enrichment.StixValidation.Json;

namespace StreamEnricher.Enrichment.StixValidation.Schemas;

/// <summary>The JSON schemas of STIX 2.1 by OASIS (data/stix/schemas).</summary>
internal sealed class StixSchemas
{
    private static readonly string[] Folders = ["sdos", "sros", "observables", "common"];
    private readonly SchemaReader _reader;
    private readonly Dictionary<string, SchemaNode> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<string>> _properties = new(StringComparer.Ordinal);

    /// <param name="folder">Folder of the schemas.</param>
    /// <exception cref="InvalidDataException">A file is missing or cannot be used.</exception>
    public StixSchemas(string folder)
    {
        _reader = new SchemaReader(folder);
        foreach (var part in Folders)
        {
            if (!Directory.Exists(Path.Combine(folder, part)))
            {
                throw new InvalidDataException($"the STIX schemas are not at {folder}: there is no {part}");
            }

            foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, part), "*.json").Order(StringComparer.Ordinal))
            {
                var type = Path.GetFileNameWithoutExtension(file);
                if (part != "common" || type is "marking-definition" or "language-content" or "extension-definition")
                {
                    _byType[type] = _reader.Read($"{part}/{type}.json");
                }

                if (part == "observables")
                {
                    _properties[type] = Names(LocatedReader.Read(File.ReadAllBytes(file))[0]);
                }
            }
        }

        Custom = _reader.Read("common/core.json");
    }

    /// <summary>What objects of types that STIX does not define must fit.</summary>
    public SchemaNode Custom { get; }

    /// <summary>The schema of a type; null for custom types.</summary>
    public SchemaNode? Find(string type) => _byType.GetValueOrDefault(type);

    /// <summary>The properties of a type of cyber-observable; null when it is none.</summary>
    public IReadOnlySet<string>? PropertiesOf(string type) => _properties.GetValueOrDefault(type);

    private static HashSet<string> Names(LocatedValue schema)
    {
        var names = new HashSet<string>(["type", "id", "spec_version", "object_marking_refs", "granular_markings", "defanged", "extensions"], StringComparer.Ordinal);
        foreach (var part in (schema["allOf"]?.Items ?? []).Append(schema))
        {
            names.UnionWith(part["properties"]?.Members.Select(static member => member.Name) ?? []);
        }

        return names;
    }
}
