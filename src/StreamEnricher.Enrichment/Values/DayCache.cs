namespace StreamEnricher.Enrichment.Values;

/// <summary>The text of the day written last, kept by whoever writes times: most events of a worker are of one day.</summary>
internal struct DayCache
{
    /// <summary>Days since 1970-01-01; only meaningful once <see cref="IsSet"/>.</summary>
    public long Day;

    /// <summary>There is a day.</summary>
    public bool IsSet;

    /// <summary><c>yyyy-MM-</c> as little-endian bytes.</summary>
    public ulong YearMonth;

    /// <summary><c>dd</c> and <c>T</c> as little-endian bytes.</summary>
    public uint DayAndT;
}
