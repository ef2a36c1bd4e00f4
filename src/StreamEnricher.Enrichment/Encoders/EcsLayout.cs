namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What follows a run of constant text in an ECS document.</summary>
internal enum EcsPartKind : byte
{
    /// <summary>Nothing: the document ends.</summary>
    End,

    /// <summary>The value of an index.</summary>
    Value,

    /// <summary>The event time with quotes.</summary>
    Time,

    /// <summary>The event id without quotes.</summary>
    EventId,

    /// <summary>The producer's own event id, or the event id, with quotes.</summary>
    ProducerId,

    /// <summary>The raw event as a string.</summary>
    Original,

    /// <summary>The format's tags (the value of an index, -1 for none), and the mark of a degraded attribution.</summary>
    DegradedTags,

    /// <summary>Members of <c>threat</c>.</summary>
    Threat,

    /// <summary>Members of <c>rule</c> from the attribution.</summary>
    Rule,

    /// <summary>Elements of the list of <c>related</c> with this number.</summary>
    Related,

    /// <summary>The name of the service that sent the event, with quotes.</summary>
    SourceService,

    /// <summary>Members of <c>cybersecurity</c> that follow from the attribution.</summary>
    Attribution,

    /// <summary>Members of <c>kafka</c>.</summary>
    Kafka,

    /// <summary>What has no ECS home, in the objects of the vendor namespace; neither when there is nothing.</summary>
    Vendor,
}

/// <summary>A run of constant text, and what follows it.</summary>
/// <param name="TextLength">Bytes of <see cref="EcsLayout.Text"/>, behind those of the part before.</param>
/// <param name="Kind">What follows.</param>
/// <param name="Argument">Index of a value or list.</param>
internal readonly record struct EcsPart(int TextLength, EcsPartKind Kind, int Argument);

/// <summary>A case's ECS document for one set of values that are present: names, braces, commas and constants merged into runs, so that writing it asks nothing.</summary>
internal sealed class EcsLayout
{
    /// <summary>All constant text in order, and padding.</summary>
    public required byte[] Text { get; init; }

    /// <summary>The parts; the last one is the end.</summary>
    public required EcsPart[] Parts { get; init; }

    /// <summary>Opens the objects of the vendor namespace.</summary>
    public required byte[] VendorOpen { get; init; }

    /// <summary>Closes them.</summary>
    public required byte[] VendorClose { get; init; }

    /// <summary>Values that are present.</summary>
    public required ulong[] Present { get; init; }

    /// <summary>What the attribution is like.</summary>
    public required EcsShape Shape { get; init; }

    /// <summary>Next layout of the same place in <see cref="EcsLayouts"/>.</summary>
    public EcsLayout? Next { get; init; }
}

/// <summary>What an attribution is like, as far as it shapes a document.</summary>
[Flags]
internal enum EcsShape : byte
{
    /// <summary>Neither.</summary>
    Plain = 0,

    /// <summary>It has techniques.</summary>
    Threat = 1,

    /// <summary>It is marked as degraded.</summary>
    Degraded = 2,

    /// <summary>A Sigma rule hit.</summary>
    Rule = 4,
}
