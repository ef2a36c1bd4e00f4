namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Kinds of <see cref="UnmappedSegment"/>.</summary>
internal enum SegmentKind : byte
{
    /// <summary>One or more consecutive members that no slot takes, from the first name's quote to the end of the last value (never to a comma).</summary>
    Run,

    /// <summary>A known object begins; the slice is its name as written, quotes included.</summary>
    Open,

    /// <summary>The known object ends; no slice.</summary>
    Close,
}
