namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What follows a run of constant text in a document.</summary>
internal enum PartKind : byte
{
    /// <summary>Nothing: the document ends.</summary>
    End,

    /// <summary>Finished text, one of <see cref="EnrichScratch.AllValues"/>.</summary>
    Value,

    /// <summary>Elements of the list of <c>related</c> with the argument's number.</summary>
    Related,

    /// <summary>Elements of related_indicators.</summary>
    RelatedIndicators,

    /// <summary>What has no ECS home, in the objects of the vendor namespace; neither when there is nothing.</summary>
    Vendor,

    /// <summary>The producer's own event id, or the event id, with quotes.</summary>
    ProducerId,

    /// <summary>The raw event as a string.</summary>
    Original,

    /// <summary>The format's tags (the argument's value, -1 for none), and the mark of a degraded attribution.</summary>
    DegradedTags,
}

/// <summary>A run of constant text, and what follows it.</summary>
/// <param name="TextStart">Index of the run in <see cref="DocumentLayout.Text"/>.</param>
/// <param name="TextLength">Its bytes.</param>
/// <param name="Kind">What follows.</param>
/// <param name="Argument">Index of a value or list.</param>
internal readonly record struct DocumentPart(int TextStart, int TextLength, PartKind Kind, int Argument);

/// <summary>A document with all names, braces, commas and constants merged into runs of text, so that writing it asks nothing. Immutable.</summary>
internal sealed class DocumentLayout
{
    /// <summary>All constant text in order, and padding.</summary>
    public required byte[] Text { get; init; }

    /// <summary>The parts; the last one is the end.</summary>
    public required DocumentPart[] Parts { get; init; }

    /// <summary>Texts of the attribution that it has.</summary>
    public required CommonText[] AttributionTexts { get; init; }

    /// <summary>Opens the objects of the vendor namespace.</summary>
    public byte[] VendorOpen { get; init; } = [];

    /// <summary>Closes them.</summary>
    public byte[] VendorClose { get; init; } = [];
}
