using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamEnricher.Enrichment.StixValidation.Json;

namespace StreamEnricher.Enrichment.StixValidation.Schemas;

/// <summary>Reads schema files. A keyword that is not understood is an error: a check that is silently left out would say that all is well.</summary>
internal sealed class SchemaReader
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal) { "$id", "$schema", "title", "description", "definitions", "format" };
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, LocatedValue> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaNode> _read = new(StringComparer.Ordinal);
    private readonly string _folder;

    /// <param name="folder">Folder of the schemas, with their subfolders.</param>
    public SchemaReader(string folder) => _folder = folder;

    /// <summary>The schema of a file.</summary>
    /// <param name="name">Path below the folder, with slashes.</param>
    /// <exception cref="InvalidDataException">The file is no schema, or has a keyword that is not understood.</exception>
    public SchemaNode Read(string name) => Read(name, "");

    private SchemaNode Read(string file, string pointer)
    {
        var key = $"{file}#{pointer}";
        if (!_read.TryGetValue(key, out var schema))
        {
            _read[key] = schema = Node(file, Find(file, pointer));
        }

        return schema;
    }

    private LocatedValue Find(string file, string pointer)
    {
        if (!_files.TryGetValue(file, out var root))
        {
            _files[file] = root = LocatedReader.Read(File.ReadAllBytes(Path.Combine(_folder, file)))[0];
        }

        foreach (var part in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            root = root[part] ?? throw new InvalidDataException($"{file} has no {pointer}");
        }

        return root;
    }

    private SchemaNode Node(string file, LocatedValue json)
    {
        if (json.Kind is JsonValueKind.True or JsonValueKind.False)
        {
            return new SchemaNode { IsNever = json.Kind == JsonValueKind.False };
        }

        foreach (var member in json.Members.Where(static member => !IsKnown(member.Name)))
        {
            throw new InvalidDataException($"{file}:{member.Line}: the schema keyword {member.Name} is not understood");
        }

        return new SchemaNode
        {
            Types = [.. json.TextsOf("type").Select(static one => one.Text)],
            Enum = json["enum"]?.Items ?? (json["const"] is { } only ? [only] : null),
            Pattern = json.TextOf("pattern") is { } pattern ? Compile(pattern) : null,
            MinLength = Number(json, "minLength"),
            MaxLength = Number(json, "maxLength"),
            Minimum = Decimal(json, "minimum"),
            Maximum = Decimal(json, "maximum"),
            MinItems = Number(json, "minItems"),
            MinProperties = Number(json, "minProperties"),
            Required = [.. json.TextsOf("required").Select(static one => one.Text)],
            Properties = json["properties"]?.Members.ToDictionary(static member => member.Name, member => Node(file, member.Value), StringComparer.Ordinal) ?? new Dictionary<string, SchemaNode>(),
            PatternProperties = [.. json["patternProperties"]?.Members.Select(member => (Compile(member.Name), Node(file, member.Value))) ?? []],
            AdditionalProperties = Optional(file, json, "additionalProperties"),
            PropertyNames = Optional(file, json, "propertyNames"),
            Items = Optional(file, json, "items"),
            Contains = Optional(file, json, "contains"),
            AllOf = List(file, json, "allOf"),
            AnyOf = List(file, json, "anyOf"),
            OneOf = List(file, json, "oneOf"),
            Not = Optional(file, json, "not"),
            If = Optional(file, json, "if"),
            Then = Optional(file, json, "then"),
            Reference = json.TextOf("$ref") is { } reference ? new Lazy<SchemaNode>(() => Follow(file, reference)) : null,
        };
    }

    private static bool IsKnown(string keyword) => Annotations.Contains(keyword) || keyword is "type" or "enum" or "const" or "pattern" or "minLength" or "maxLength" or "minimum"
        or "maximum" or "minItems" or "minProperties" or "required" or "properties" or "patternProperties" or "additionalProperties" or "propertyNames" or "items"
        or "contains" or "allOf" or "anyOf" or "oneOf" or "not" or "if" or "then" or "$ref";

    private SchemaNode Follow(string file, string reference)
    {
        var parts = reference.Split('#');
        return Read(parts[0].Length == 0 ? file : Beside(file, parts[0]), parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>A path that is relative to a file, such as <c>../common/core.json</c>.</summary>
    private static string Beside(string file, string relative)
    {
        var parts = file.Split('/')[..^1].ToList();
        foreach (var part in relative.Split('/'))
        {
            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private SchemaNode? Optional(string file, LocatedValue json, string keyword) => json[keyword] is { } value ? Node(file, value) : null;

    private List<SchemaNode> List(string file, LocatedValue json, string keyword) => [.. json[keyword]?.Items.Select(item => Node(file, item)) ?? []];

    private static long? Number(LocatedValue json, string keyword) => json[keyword] is { } value ? long.Parse(value.Text, CultureInfo.InvariantCulture) : null;

    private static decimal? Decimal(LocatedValue json, string keyword) => json[keyword] is { } value ? decimal.Parse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    /// <summary>Some of the patterns take exponential time on some texts, so they are matched without backtracking where that is possible, else under a limit of time.</summary>
    private static Regex Compile(string pattern)
    {
        // In ECMAScript, which the schemas are written in, \d is 0 to 9.
        var own = pattern.Replace("[\\d", "[0-9", StringComparison.Ordinal).Replace("\\d", "[0-9]", StringComparison.Ordinal);
        try
        {
            return new Regex(own, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, RegexTimeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(own, RegexOptions.CultureInvariant, RegexTimeout);
        }
    }
}
