using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Something wrong in a format file.</summary>
/// <param name="File">File name as given.</param>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="Message">What is wrong and the way out.</param>
public sealed record FormatProblem(string File, long Line, long Column, string Message)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>Place in a file.</summary>
internal readonly record struct Place(long Line, long Column);

/// <summary>How one ECS field is made.</summary>
/// <param name="From">Source paths; the first that is present and converts wins. Empty for a constant.</param>
/// <param name="As">Conversion by name; null: it follows from the ECS type.</param>
/// <param name="Map">Text of the value to what is written instead.</param>
/// <param name="Default">Written when nothing was found or mapped.</param>
/// <param name="Value">A constant: one scalar, or several for an array field.</param>
/// <param name="Copy">The value also stays in the vendor namespace.</param>
/// <param name="Place">Where the rule stands.</param>
internal sealed record FieldRule(
    IReadOnlyList<string> From, string? As, IReadOnlyDictionary<string, string>? Map, string? Default, IReadOnlyList<string>? Value, bool Copy, Place Place);

/// <summary>An entry of <c>tables</c>: a shipped table and the source path of its key.</summary>
internal sealed record TableUse(string Table, string Key, Place Place);

/// <summary>The events of a format may be text.</summary>
/// <param name="Form">How it is written.</param>
/// <param name="Members">Paths of members of a JSON object that may hold the text.</param>
internal sealed record DecodeUse(TextForm Form, IReadOnlyList<string> Members);

/// <summary>An entry of <c>indicators</c>.</summary>
internal sealed record IndicatorUse(string Type, string From, string? Role, Place Place);

/// <summary>How the members of the common event are found: source paths or a constant each.</summary>
internal sealed record EventRules
{
    public FieldRule? Type { get; init; }

    public IReadOnlyList<string>? Source { get; init; }

    public IReadOnlyList<string>? Destination { get; init; }

    public IReadOnlyList<string>? Description { get; init; }

    public string? Confidence { get; init; }

    public string? Id { get; init; }

    public string? SourceService { get; init; }

    public string? RelatedIndicators { get; init; }

    /// <summary>These rules, with what <paramref name="other"/> states instead.</summary>
    public EventRules With(EventRules other) => new()
    {
        Type = other.Type ?? Type,
        Source = other.Source ?? Source,
        Destination = other.Destination ?? Destination,
        Description = other.Description ?? Description,
        Confidence = other.Confidence ?? Confidence,
        Id = other.Id ?? Id,
        SourceService = other.SourceService ?? SourceService,
        RelatedIndicators = other.RelatedIndicators ?? RelatedIndicators,
    };
}

/// <summary>What a format, or one of its cases, states.</summary>
internal sealed record FormatPart
{
    public string? VendorNamespace { get; init; }

    /// <summary>ECS field to rule; null takes an inherited rule away.</summary>
    public IReadOnlyDictionary<string, FieldRule?> Fields { get; init; } = new Dictionary<string, FieldRule?>();

    public EventRules Event { get; init; } = new();

    public IReadOnlyList<string>? Techniques { get; init; }

    public IReadOnlyList<TableUse>? Tables { get; init; }

    public IReadOnlyList<string>? Keywords { get; init; }

    public IReadOnlyList<IndicatorUse>? Indicators { get; init; }

    /// <summary>This part, with what <paramref name="other"/> states added or replaced.</summary>
    public FormatPart With(FormatPart other)
    {
        var fields = new Dictionary<string, FieldRule?>(Fields, StringComparer.Ordinal);
        foreach (var (name, rule) in other.Fields)
        {
            fields[name] = rule;
        }

        return new FormatPart
        {
            VendorNamespace = other.VendorNamespace ?? VendorNamespace,
            Fields = fields,
            Event = Event.With(other.Event),
            Techniques = other.Techniques ?? Techniques,
            Tables = other.Tables ?? Tables,
            Keywords = other.Keywords ?? Keywords,
            Indicators = other.Indicators ?? Indicators,
        };
    }
}

/// <summary>One case of a format: what is added when its condition holds.</summary>
internal sealed record FormatCase(string Name, Condition When, FormatPart Part, Place Place);

/// <summary>A format file as read.</summary>
/// <param name="File">File name as given.</param>
/// <param name="Name">Name for pipelines.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Recognise">How an event is known to be of this format.</param>
/// <param name="Decode">Its events may be text.</param>
/// <param name="Before">Formats that are only tried after this one.</param>
/// <param name="Roots">Prefixes that paths are looked for below.</param>
/// <param name="Aliases">Other paths of a path, for producers that name the same thing otherwise.</param>
/// <param name="Base">What it states for all its events.</param>
/// <param name="Cases">What it states for some.</param>
/// <param name="Sigma">Which Sigma rules may apply.</param>
internal sealed record FormatDefinition(
    string File, string Name, string? Title, Condition? Recognise, DecodeUse? Decode, IReadOnlyList<string> Before, IReadOnlyList<string> Roots,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Aliases, FormatPart Base, IReadOnlyList<FormatCase> Cases, SigmaMapping? Sigma);
