namespace StreamEnricher.Enrichment.Values;

/// <summary>The day written last with its text, kept by whoever writes times: nearly all events of a worker are of one day. The default is an empty cache.</summary>
internal struct DayCache
{
    /// <summary>Days since 1970-01-01; means something only when <see cref="IsSet"/>.</summary>
    public long Day;

    /// <summary>There is a day.</summary>
    public bool IsSet;

    /// <summary>Text <c>yyyy-MM-</c>, first character in the lowest byte.</summary>
    public ulong YearAndMonth;

    /// <summary>Text <c>ddT</c>, first character in the lowest byte.</summary>
    public uint DayAndT;
}
