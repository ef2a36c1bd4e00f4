using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamEnricher.Enrichment.StixValidation.Json;

namespace StreamEnricher.Enrichment.StixValidation.Schemas;

/// <summary>A JSON schema of draft 2020-12, with the keywords that the STIX 2.1 schemas use.</summary>
internal sealed class SchemaNode
{
    /// <summary>Names of the types that are allowed; empty: all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Values that are allowed; null: all. <c>const</c> is an enum of one.</summary>
    public IReadOnlyList<LocatedValue>? Enum { get; init; }

    public Regex? Pattern { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public long? MinItems { get; init; }

    public long? MinProperties { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyDictionary<string, SchemaNode> Properties { get; init; } = new Dictionary<string, SchemaNode>();

    public IReadOnlyList<(Regex Pattern, SchemaNode Schema)> PatternProperties { get; init; } = [];

    /// <summary>Members that no other keyword names must fit this; null: anything.</summary>
    public SchemaNode? AdditionalProperties { get; init; }

    public SchemaNode? PropertyNames { get; init; }

    public SchemaNode? Items { get; init; }

    public SchemaNode? Contains { get; init; }

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];

    public SchemaNode? Not { get; init; }

    public SchemaNode? If { get; init; }

    public SchemaNode? Then { get; init; }

    /// <summary>Another schema that holds too; resolved when it is first needed, since schemas name each other.</summary>
    public Lazy<SchemaNode>? Reference { get; init; }

    /// <summary>Nothing fits (the schema <c>false</c>).</summary>
    public bool IsNever { get; init; }

    /// <summary>The value fits.</summary>
    public bool Fits(LocatedValue value)
    {
        var problems = new List<SchemaProblem>();
        Check(value, "", problems);
        return problems.Count == 0;
    }

    /// <summary>Adds what does not fit.</summary>
    public void Check(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        if (IsNever)
        {
            problems.Add(new SchemaProblem(path, value.Line, "is not allowed here"));
            return;
        }

        if (Types.Count > 0 && !Types.Any(type => Is(value, type)))
        {
            problems.Add(new SchemaProblem(path, value.Line, $"must be {string.Join(" or ", Types)}, and is {Describe(value)}"));
            return;
        }

        Reference?.Value.Check(value, path, problems);
        if (Enum is { } allowed && !allowed.Any(value.SameAs))
        {
            problems.Add(new SchemaProblem(path, value.Line, $"{Describe(value)} is none of {string.Join(", ", allowed.Select(static one => one.Text))}"));
        }

        switch (value.Kind)
        {
            case JsonValueKind.String:
                CheckText(value, path, problems);
                break;
            case JsonValueKind.Number:
                CheckNumber(value, path, problems);
                break;
            case JsonValueKind.Array:
                CheckItems(value, path, problems);
                break;
            case JsonValueKind.Object:
                CheckMembers(value, path, problems);
                break;
            default:
                break;
        }

        CheckCombined(value, path, problems);
    }

    private static bool Is(LocatedValue value, string type) => type switch
    {
        "object" => value.Kind == JsonValueKind.Object,
        "array" => value.Kind == JsonValueKind.Array,
        "string" => value.Kind == JsonValueKind.String,
        "boolean" => value.Kind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.Kind == JsonValueKind.Null,
        "number" => value.Kind == JsonValueKind.Number,
        "integer" => value.Kind == JsonValueKind.Number && decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number),
        _ => throw new ArgumentException($"there is no JSON type {type}", nameof(type)),
    };

    private static string Describe(LocatedValue value) => value.Kind switch
    {
        JsonValueKind.String => $"'{(value.Text.Length > 80 ? value.Text[..80] + "…" : value.Text)}'",
        JsonValueKind.Number => value.Text,
        _ => value.Kind.ToString().ToLowerInvariant(),
    };

    private void CheckText(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        if (value.Text.Length < MinLength || value.Text.Length > MaxLength)
        {
            problems.Add(new SchemaProblem(path, value.Line, string.Create(CultureInfo.InvariantCulture, $"has {value.Text.Length} characters, and must have {MinLength ?? 0} to {MaxLength?.ToString(CultureInfo.InvariantCulture) ?? "any number"}")));
        }

        if (Pattern is { } pattern && !pattern.IsMatch(value.Text))
        {
            problems.Add(new SchemaProblem(path, value.Line, $"{Describe(value)} does not match {pattern}"));
        }
    }

    private void CheckNumber(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        if ((Minimum ?? Maximum) is not null
            && (!decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number < Minimum || number > Maximum))
        {
            problems.Add(new SchemaProblem(path, value.Line, string.Create(CultureInfo.InvariantCulture, $"{value.Text} is not from {Minimum} to {Maximum}")));
        }
    }

    private void CheckItems(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        if (value.Items.Count < MinItems)
        {
            problems.Add(new SchemaProblem(path, value.Line, value.Items.Count == 0 ? "is an empty list" : string.Create(CultureInfo.InvariantCulture, $"must have {MinItems} items")));
        }

        for (var i = 0; Items is not null && i < value.Items.Count; i++)
        {
            Items.Check(value.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), problems);
        }

        if (Contains is { } contains && !value.Items.Any(contains.Fits))
        {
            problems.Add(new SchemaProblem(path, value.Line, "lacks an item that it must have"));
        }
    }

    private void CheckMembers(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        foreach (var name in Required.Where(name => value[name] is null))
        {
            problems.Add(new SchemaProblem(path, value.Line, $"lacks {name}"));
        }

        if (value.Members.Count < MinProperties)
        {
            problems.Add(new SchemaProblem(path, value.Line, "is empty"));
        }

        foreach (var member in value.Members)
        {
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var isNamed = Properties.TryGetValue(member.Name, out var schema);
            schema?.Check(member.Value, inner, problems);
            foreach (var (pattern, other) in PatternProperties)
            {
                if (pattern.IsMatch(member.Name))
                {
                    isNamed = true;
                    other.Check(member.Value, inner, problems);
                }
            }

            if (!isNamed && AdditionalProperties is { } additional)
            {
                if (additional.IsNever)
                {
                    problems.Add(new SchemaProblem(inner, member.Line, "is no name that a property may have here"));
                }
                else
                {
                    additional.Check(member.Value, inner, problems);
                }
            }

            if (PropertyNames is { } names && !names.Fits(new LocatedValue { Kind = JsonValueKind.String, Line = member.Line, Text = member.Name }))
            {
                problems.Add(new SchemaProblem(inner, member.Line, "is no name that a property may have here"));
            }
        }
    }

    private void CheckCombined(LocatedValue value, string path, List<SchemaProblem> problems)
    {
        foreach (var schema in AllOf)
        {
            schema.Check(value, path, problems);
        }

        if (AnyOf.Count > 0 && !AnyOf.Any(schema => schema.Fits(value)))
        {
            AddNearest(AnyOf, value, path, problems);
        }

        if (OneOf.Count > 0)
        {
            var fitting = OneOf.Count(schema => schema.Fits(value));
            if (fitting == 0)
            {
                AddNearest(OneOf, value, path, problems);
            }
            else if (fitting > 1)
            {
                problems.Add(new SchemaProblem(path, value.Line, "fits several forms that exclude each other"));
            }
        }

        if (Not is { } not && not.Fits(value))
        {
            var named = not.AnyOf.SelectMany(static one => one.Required).Concat(not.Required).Where(name => value[name] is not null).ToList();
            problems.Add(new SchemaProblem(path, value.Line, named.Count > 0 ? $"must not have {string.Join(", ", named)}" : $"must not be {Describe(value)}"));
        }

        if (If is { } condition && Then is { } then && condition.Fits(value))
        {
            then.Check(value, path, problems);
        }
    }

    /// <summary>Of several forms, tells what is missing to the one that comes closest.</summary>
    private static void AddNearest(IReadOnlyList<SchemaNode> schemas, LocatedValue value, string path, List<SchemaProblem> problems)
    {
        var nearest = schemas.Select(schema =>
        {
            var own = new List<SchemaProblem>();
            schema.Check(value, path, own);
            return own;
        }).MinBy(static own => own.Count)!;
        problems.AddRange(nearest);
    }
}

/// <summary>What does not fit a schema.</summary>
/// <param name="Path">Where in the object.</param>
/// <param name="Line">Line of the file.</param>
/// <param name="Text">What is wrong.</param>
internal sealed record SchemaProblem(string Path, int Line, string Text);
