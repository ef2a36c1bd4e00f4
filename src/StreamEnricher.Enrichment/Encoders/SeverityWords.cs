namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The words of a severity from 0 to 100: each covers the numbers around its own (10, 25, 50, 75, 95).</summary>
internal static class SeverityWords
{
    private static readonly FieldValue Informational = FixedTexts.Find("\"informational\"");
    private static readonly FieldValue Low = FixedTexts.Find("\"low\"");
    private static readonly FieldValue Medium = FixedTexts.Find("\"medium\"");
    private static readonly FieldValue High = FixedTexts.Find("\"high\"");
    private static readonly FieldValue Critical = FixedTexts.Find("\"critical\"");

    /// <summary>The word in quotes as a value.</summary>
    public static FieldValue Value(int severity) => severity switch
    {
        < 18 => Informational,
        < 38 => Low,
        < 63 => Medium,
        < 85 => High,
        _ => Critical,
    };

    /// <summary>The word in quotes, as a JSON string.</summary>
    public static ReadOnlySpan<byte> Token(int severity) => severity switch
    {
        < 18 => "\"informational\""u8,
        < 38 => "\"low\""u8,
        < 63 => "\"medium\""u8,
        < 85 => "\"high\""u8,
        _ => "\"critical\""u8,
    };

    /// <summary>The word.</summary>
    public static string Word(int severity) => severity switch
    {
        < 18 => "informational",
        < 38 => "low",
        < 63 => "medium",
        < 85 => "high",
        _ => "critical",
    };
}
