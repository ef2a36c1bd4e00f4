namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The members that the common event and the event of a HEC envelope share.</summary>
internal static class CommonEventLayout
{
    /// <summary>An event that says nothing is not kept: <c>{}</c>.</summary>
    private const int LongestEmptyEvent = 2;

    /// <summary>Adds event_id … source_service to an object that is open. Their texts are made by <see cref="CommonTexts.CommonMembers"/>.</summary>
    public static DocumentLayoutBuilder AddCommonMembers(this DocumentLayoutBuilder layout) => layout
        .Text("\"event_id\":\"").Value(CommonText.EventId)
        .Text("\",\"timestamp\":").Value(CommonText.Time)
        .Text(",\"source\":").Value(CommonText.Source)
        .Text(",\"destination\":").Value(CommonText.Destination)
        .Text(",").Value(CommonText.CommonMembers)
        .Text(",\"related_indicators\":[").Part(PartKind.RelatedIndicators)
        .Text("],\"event_type\":").Value(CommonText.EventType)
        .Text(",\"severity\":").Value(CommonText.Severity)
        .Text(",\"description\":").Value(CommonText.Description)
        .Text(",\"source_service\":").Value(CommonText.SourceService);

    /// <summary>Whether the event goes into the document as its producer wrote it.</summary>
    public static bool HasOriginal(in NormalizedEvent normalized, OutputOptions options) => options.KeepUnmapped && normalized.EventLength > LongestEmptyEvent;
}
