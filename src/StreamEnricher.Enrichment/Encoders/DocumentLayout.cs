namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What follows a run of constant text in a document.</summary>
internal enum PartKind : byte
{
    /// <summary>Nothing: the document ends.</summary>
    End,

    /// <summary>A finished token: one of <see cref="CommonText"/>, or a value of the case behind them.</summary>
    Value,

    /// <summary>Members of <c>threat</c>.</summary>
    Threat,

    /// <summary>Members of <c>rule</c> from the attribution.</summary>
    Rule,

    /// <summary>Members of <c>cybersecurity</c> that follow from the attribution.</summary>
    OwnMembers,

    /// <summary>Members technique_ids and confidence_score.</summary>
    CommonMembers,

    /// <summary>Members of the common event's metadata.</summary>
    MetadataMembers,

    /// <summary>Member mitre_attack.</summary>
    MitreMembers,

    /// <summary>Indexed field technique_id of a HEC envelope.</summary>
    IndexedMembers,

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
/// <param name="TextLength">Bytes of <see cref="DocumentLayout.Text"/>, behind those of the part before.</param>
/// <param name="Kind">What follows.</param>
/// <param name="Argument">Index of a value or list.</param>
internal readonly record struct DocumentPart(int TextLength, PartKind Kind, int Argument);

/// <summary>A document with all names, braces, commas and constants merged into runs of text, so that writing it asks nothing. Immutable.</summary>
internal sealed class DocumentLayout
{
    /// <summary>All constant text in order, and padding.</summary>
    public required byte[] Text { get; init; }

    /// <summary>The parts; the last one is the end.</summary>
    public required DocumentPart[] Parts { get; init; }

    /// <summary>Opens the objects of the vendor namespace.</summary>
    public byte[] VendorOpen { get; init; } = [];

    /// <summary>Closes them.</summary>
    public byte[] VendorClose { get; init; } = [];
}
