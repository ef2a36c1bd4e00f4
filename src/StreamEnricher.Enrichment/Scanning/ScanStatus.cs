namespace StreamEnricher.Enrichment.Scanning;

/// <summary>What a scan found.</summary>
internal enum ScanStatus
{
    /// <summary>A JSON object.</summary>
    Ok,

    /// <summary>No bytes but white space.</summary>
    Empty,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Not JSON, or cut off.</summary>
    Malformed,

    /// <summary>Begins like a JSON value other than an object.</summary>
    NotAnObject,

    /// <summary>Nested deeper than <see cref="JsonScanner.MaxDepth"/>.</summary>
    TooDeep,
}
