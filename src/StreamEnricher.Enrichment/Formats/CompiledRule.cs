using System.Collections.Frozen;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>A run of bytes in the format's constants: a finished JSON token.</summary>
internal readonly record struct Constant(int Start, int Length);

/// <summary>A <see cref="FieldRule"/> with its paths, constants and checks resolved.</summary>
internal sealed class CompiledRule
{
    /// <summary>ECS field that the rule is of.</summary>
    public required string Field { get; init; }

    /// <summary>Index of the first value that the rule fills.</summary>
    public required int Value { get; init; }

    /// <summary>Sources in the order of preference; none for a constant.</summary>
    public required SourceRef[] Sources { get; init; }

    public required Conversion Conversion { get; init; }

    /// <summary>The field is written as an array.</summary>
    public required bool IsArray { get; init; }

    /// <summary>The source also stays in the vendor namespace.</summary>
    public required bool Copy { get; init; }

    /// <summary>Text of the source to the token that is written.</summary>
    public Utf8Map? Map { get; init; }

    /// <summary>Written when nothing was found; the whole rule for a constant.</summary>
    public Constant? Default { get; init; }

    /// <summary>The field is a port: 0 to 65,535.</summary>
    public bool IsPort => Field.EndsWith(".port", StringComparison.Ordinal);

    /// <summary>Texts that ECS enforces, else null.</summary>
    public FrozenSet<string>? Allowed { get; init; }

    /// <summary>Number of values that a rule with a conversion fills.</summary>
    public static int ValuesOf(Conversion conversion) => conversion switch
    {
        Conversion.Endpoint => 3,
        Conversion.Hashes => 5,
        Conversion.WindowsUser => 2,
        _ => 1,
    };
}
