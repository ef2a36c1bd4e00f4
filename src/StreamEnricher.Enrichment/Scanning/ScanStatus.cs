namespace StreamEnricher.Enrichment.Scanning;

/// <summary>What a scan came to.</summary>
internal enum ScanStatus
{
    /// <summary>One JSON object, valid in all its parts.</summary>
    Ok,

    /// <summary>No bytes but white space.</summary>
    Empty,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Not JSON, or cut off.</summary>
    Malformed,

    /// <summary>Begins like a JSON value other than an object; the rest was not read.</summary>
    NotAnObject,

    /// <summary>Nested deeper than <see cref="JsonScanner.MaxDepth"/>.</summary>
    TooDeep,
}
