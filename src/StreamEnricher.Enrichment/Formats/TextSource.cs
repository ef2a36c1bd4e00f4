namespace StreamEnricher.Enrichment.Formats;

/// <summary>One place that a text of the common event may come from: a source path, a value already made, or a constant.</summary>
internal readonly struct TextSource
{
    private TextSource(SourceRef? source, int value, Constant? constant)
    {
        Source = source;
        Value = value;
        Constant = constant;
    }

    /// <summary>The source path, or null.</summary>
    public SourceRef? Source { get; }

    /// <summary>Index of the value, or -1.</summary>
    public int Value { get; }

    /// <summary>A finished token, or null.</summary>
    public Constant? Constant { get; }

    public static TextSource Of(SourceRef source) => new(source, -1, null);

    public static TextSource Of(int value) => new(null, value, null);

    public static TextSource Of(Constant constant) => new(null, -1, constant);
}
