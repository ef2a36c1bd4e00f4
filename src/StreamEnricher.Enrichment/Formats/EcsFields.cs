using System.Collections.Frozen;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>A field of ECS 9.4.0.</summary>
/// <param name="Name">Dotted name.</param>
/// <param name="Type">Elasticsearch type: keyword, long, ip, date, …</param>
/// <param name="IsArray">ECS wants an array even for one value.</param>
/// <param name="Allowed">Values that ECS enforces, else null.</param>
internal sealed record EcsField(string Name, string Type, bool IsArray, FrozenSet<string>? Allowed);

/// <summary>The field table of ECS 9.4.0, without multi-fields (source: elastic/ecs v9.4.0, generated/csv/fields.csv).</summary>
internal static class EcsFields
{
    /// <summary>What <c>ecs.version</c> says.</summary>
    public const string Version = "9.4.0";

    private static readonly FrozenDictionary<string, EcsField> ByName = Load();
    private static readonly FrozenSet<string> FieldSets = ByName.Keys.Select(name => name.Split('.')[0]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> TypesByCategory = Rows("ecs-9.4.0-values.tsv")
        .Where(row => row[0] == "event.category")
        .ToFrozenDictionary(row => row[1], row => row[2].Split(',', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>A field by its dotted name, else null.</summary>
    public static EcsField? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a top-level name belongs to ECS, so that no own namespace may use it.</summary>
    public static bool IsFieldSet(string name) => FieldSets.Contains(name);

    /// <summary>The event types that ECS lists for a category; empty for an unknown one.</summary>
    public static IReadOnlyList<string> TypesOf(string category) => TypesByCategory.GetValueOrDefault(category, []);

    private static FrozenDictionary<string, EcsField> Load()
    {
        var allowed = Rows("ecs-9.4.0-values.tsv")
            .GroupBy(row => row[0], row => row[1], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return Rows("ecs-9.4.0.tsv")
            .Select(row => new EcsField(row[0], row[1], row[2] == "1", allowed.GetValueOrDefault(row[0])))
            .ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
    }

    private static List<string[]> Rows(string resource)
    {
        var assembly = typeof(EcsFields).Assembly;
        using var stream = assembly.GetManifestResourceStream($"{typeof(EcsFields).Namespace}.{resource}")
            ?? throw new InvalidOperationException($"The resource {resource} is missing in {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                rows.Add(line.Split('\t'));
            }
        }

        return rows;
    }
}
