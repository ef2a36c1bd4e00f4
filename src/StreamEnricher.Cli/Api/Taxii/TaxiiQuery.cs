using System.Globalization;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>Which objects a client asks for: the filters and the page of TAXII 2.1.</summary>
internal sealed record TaxiiQuery
{
    /// <summary>Objects of a page that a client gets without asking for a number, and the most that it gets.</summary>
    public const int MostObjects = 1000;

    /// <summary>Only what was added later, microseconds since 1970.</summary>
    public long AddedAfter { get; init; } = long.MinValue;

    /// <summary>Most objects of the page.</summary>
    public int Limit { get; init; } = MostObjects;

    /// <summary>Ids; null: any.</summary>
    public IReadOnlySet<string>? Ids { get; init; }

    /// <summary>Types; null: any.</summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>Versions of STIX; null: any.</summary>
    public IReadOnlySet<string>? SpecVersions { get; init; }

    /// <summary>The first version of each object.</summary>
    public bool First { get; init; }

    /// <summary>The newest version of each object.</summary>
    public bool Last { get; init; } = true;

    /// <summary>All versions.</summary>
    public bool All { get; init; }

    /// <summary>Versions of these moments.</summary>
    public IReadOnlySet<long> Versions { get; init; } = new HashSet<long>();

    /// <summary>Reads a query string.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="problem">What is wrong with it; null when it was read.</param>
    public static TaxiiQuery? Read(IQueryCollection parameters, out string? problem)
    {
        var query = new TaxiiQuery();
        problem = null;
        foreach (var (name, values) in parameters)
        {
            var value = values.ToString();
            query = name switch
            {
                "limit" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? query with { Limit = Math.Min(limit, MostObjects) } : null,
                "added_after" => Moments.Parse(value) is { } moment ? query with { AddedAfter = Math.Max(query.AddedAfter, moment) } : null,
                "next" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var next) ? query with { AddedAfter = Math.Max(query.AddedAfter, next) } : null,
                "match[id]" => query with { Ids = Words(value) },
                "match[type]" => query with { Types = Words(value) },
                "match[spec_version]" => query with { SpecVersions = Words(value) },
                "match[version]" => query.WithVersions(Words(value)),
                _ when name.StartsWith("match[", StringComparison.Ordinal) => null,
                _ => query,
            };
            if (query is null)
            {
                problem = $"{name} is no filter of this server, or its value is none";
                return null;
            }
        }

        return query;
    }

    private static HashSet<string> Words(string value) => [.. value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private TaxiiQuery? WithVersions(HashSet<string> words)
    {
        var moments = words.Where(static word => word is not ("first" or "last" or "all")).Select(Moments.Parse).ToList();
        return words.Count == 0 || moments.Contains(null) ? null : this with
        {
            First = words.Contains("first"),
            Last = words.Contains("last"),
            All = words.Contains("all"),
            Versions = moments.Select(static moment => moment!.Value).ToHashSet(),
        };
    }
}
