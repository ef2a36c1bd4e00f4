namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>The events of one partition that name a value in a span of event time. Times are milliseconds since 1970-01-01 UTC.</summary>
/// <param name="owner">The partition.</param>
/// <param name="indicator">The value.</param>
/// <param name="firstOffset">Offset of the first event counted: with partition and value it names the window, also among further parts of the same span.</param>
internal sealed class OpenWindow(PartitionWindows owner, KnownIndicator indicator, long firstOffset)
{
    /// <summary>Bytes of a window with its place in lists, about.</summary>
    public const int Bytes = 136;

    /// <summary>The partition.</summary>
    public PartitionWindows Owner => owner;

    /// <summary>The value.</summary>
    public KnownIndicator Indicator => indicator;

    /// <summary>Offset of the first event counted.</summary>
    public long FirstOffset => firstOffset;

    /// <summary>Start of the span.</summary>
    public long Start { get; set; }

    /// <summary>Length of the span.</summary>
    public long Length { get; set; }

    /// <summary>The watermark at which it closes: the end of the span, or later for a part that was opened behind it.</summary>
    public long ClosesAt { get; set; }

    /// <summary>Events.</summary>
    public long Count { get; set; }

    /// <summary>Time of the earliest event.</summary>
    public long First { get; set; } = long.MaxValue;

    /// <summary>Time of the latest event.</summary>
    public long Last { get; set; } = long.MinValue;

    /// <summary>Confidence of its indicator at the last event, 0 to 100: what is learned later does not change the sighting.</summary>
    public int Confidence { get; set; }

    /// <summary>The state does not have its newest figures.</summary>
    public bool IsChanged { get; set; }

    /// <summary>The state has it.</summary>
    public bool IsStored { get; set; }

    /// <summary>It is closed and on its way out.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The value's next window.</summary>
    public OpenWindow? Next { get; set; }

    /// <summary>End of the span.</summary>
    public long End => Start + Length;

    /// <summary>Counts an event.</summary>
    public void Add(long time)
    {
        Count++;
        Confidence = indicator.Version.Confidence;
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
    }

    /// <summary>Counts the events of another window too.</summary>
    public void Absorb(OpenWindow other)
    {
        Count += other.Count;
        Confidence = Math.Max(Confidence, other.Confidence);
        First = Math.Min(First, other.First);
        Last = Math.Max(Last, other.Last);
        ClosesAt = Math.Max(ClosesAt, other.ClosesAt);
    }
}
