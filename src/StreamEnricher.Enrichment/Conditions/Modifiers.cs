namespace StreamEnricher.Enrichment.Conditions;

/// <summary>What the modifiers behind a field name say, such as <c>CommandLine|contains|all</c>.</summary>
internal sealed class Modifiers
{
    private static readonly string[] Operations = ["contains", "startswith", "endswith", "re", "cidr", "gt", "gte", "lt", "lte", "exists"];

    private static readonly string[] Known = [.. Operations, "i", "m", "s", "cased", "all", "windash"];

    private Modifiers()
    {
    }

    /// <summary>How the value is compared; null: as a whole text.</summary>
    public string? Operation { get; private set; }

    /// <summary>Capital letters matter.</summary>
    public bool IsCased { get; private set; }

    /// <summary>Every value of a list must hold.</summary>
    public bool IsAll { get; private set; }

    /// <summary>A dash that begins a word may be another dash or a slash.</summary>
    public bool IsWindash { get; private set; }

    /// <summary>Flags of a regular expression: i, m, s.</summary>
    public string Flags { get; private set; } = "";

    /// <summary>The values are texts, so that text modifiers make sense.</summary>
    private bool IsText => Operation is null or "contains" or "startswith" or "endswith";

    /// <summary>Reads modifiers in the order in which they stand.</summary>
    /// <param name="names">Without the field name.</param>
    /// <param name="problem">What is wrong and the way out, or null.</param>
    public static Modifiers? Read(IEnumerable<string> names, out string? problem)
    {
        var modifiers = new Modifiers();
        problem = null;
        foreach (var name in names)
        {
            problem = modifiers.Take(name);
            if (problem is not null)
            {
                return null;
            }
        }

        problem = modifiers.Contradiction();
        return problem is null ? modifiers : null;
    }

    private string? Take(string name)
    {
        if (Operations.Contains(name))
        {
            if (Operation is not null)
            {
                return $"'{name}' cannot follow '{Operation}'; a field has one of {string.Join(", ", Operations)}";
            }

            Operation = name;
            return null;
        }

        switch (name)
        {
            case "cased":
                IsCased = true;
                return null;
            case "all":
                IsAll = true;
                return null;
            case "windash":
                IsWindash = true;
                return null;
            case "i" or "m" or "s" when Operation == "re":
                Flags += name;
                return null;
            case "i" or "m" or "s":
                return $"'{name}' is a flag of a regular expression; write it behind 're'";
            default:
                return $"unknown modifier '{name}'; there are {string.Join(", ", Known)}";
        }
    }

    private string? Contradiction()
    {
        if (!IsText && (IsCased || IsWindash))
        {
            return $"'{(IsCased ? "cased" : "windash")}' is for texts; it says nothing to '{Operation}'";
        }

        return Operation == "exists" && IsAll ? "'exists' takes true or false, so 'all' says nothing to it" : null;
    }
}
