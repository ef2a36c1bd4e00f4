namespace StreamEnricher.Enrichment.Conditions;

/// <summary>What the modifiers behind a field name say, such as <c>CommandLine|contains|all</c> (Sigma specification 2.1, "Modifiers").</summary>
internal sealed class Modifiers
{
    private static readonly string[] Operations = ["contains", "startswith", "endswith", "re", "cidr", "gt", "gte", "lt", "lte", "exists"];

    private static readonly string[] Transformations = ["windash", "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16", "expand"];

    private static readonly string[] Known =
        [.. Operations, "i", "m", "s", "cased", "all", "neq", "fieldref", .. Transformations, .. Enum.GetNames<DatePart>().Skip(1).Select(name => name.ToLowerInvariant())];

    private readonly List<string> _transformations = [];

    private Modifiers()
    {
    }

    /// <summary>A field name alone.</summary>
    public static Modifiers None { get; } = new();

    /// <summary>How the value is compared; null: as a whole text.</summary>
    public string? Operation { get; private set; }

    /// <summary>Capital letters matter.</summary>
    public bool IsCased { get; private set; }

    /// <summary>Every value of a list must hold.</summary>
    public bool IsAll { get; private set; }

    /// <summary>The field must be there with another value than those that are listed.</summary>
    public bool IsNegated { get; private set; }

    /// <summary>The values are names of other fields.</summary>
    public bool IsFieldReference { get; private set; }

    /// <summary>Part of a date that is compared instead of the text.</summary>
    public DatePart Part { get; private set; }

    /// <summary>What becomes of a value before it is compared, in order: windash, expand, and encodings.</summary>
    public IReadOnlyList<string> Transformed => _transformations;

    /// <summary>Flags of a regular expression: i, m, s.</summary>
    public string Flags { get; private set; } = "";

    /// <summary>The values are texts, so that text modifiers make sense.</summary>
    private bool IsText => Operation is null or "contains" or "startswith" or "endswith" && Part == DatePart.None;

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

    /// <summary>The same for values that may stand anywhere in a text, unless they are regular expressions.</summary>
    public Modifiers Anywhere()
    {
        var anywhere = (Modifiers)MemberwiseClone();
        anywhere.Operation ??= "contains";
        return anywhere;
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

        if (Transformations.Contains(name))
        {
            _transformations.Add(name);
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
            case "neq":
                IsNegated = true;
                return null;
            case "fieldref":
                IsFieldReference = true;
                return null;
            case "i" or "m" or "s" when Operation == "re":
                Flags += name;
                return null;
            case "i" or "m" or "s":
                return $"'{name}' is a flag of a regular expression; write it behind 're'";
            case "minute" or "hour" or "day" or "week" or "month" or "year":
                Part = Enum.Parse<DatePart>(name, ignoreCase: true);
                return null;
            default:
                return $"unknown modifier '{name}'; there are {string.Join(", ", Known)}";
        }
    }

    private string? Contradiction()
    {
        var forTexts = IsCased ? "cased" : _transformations.FirstOrDefault();
        if (forTexts is not null && !IsText)
        {
            return $"'{forTexts}' is for texts; it says nothing to '{Operation ?? Part.ToString().ToLowerInvariant()}'";
        }

        if (IsFieldReference && (Operation is not (null or "contains" or "startswith" or "endswith") || Part != DatePart.None || _transformations.Count > 0))
        {
            return "'fieldref' compares the texts of two fields: it goes with contains, startswith, endswith, cased, neq and all";
        }

        if (Part != DatePart.None && Operation is not (null or "gt" or "gte" or "lt" or "lte"))
        {
            return $"'{Part.ToString().ToLowerInvariant()}' gives a number: it goes with gt, gte, lt, lte and neq";
        }

        return Operation == "exists" && (IsAll || IsNegated) ? $"'exists' takes true or false, so '{(IsAll ? "all" : "neq")}' says nothing to it" : null;
    }
}
