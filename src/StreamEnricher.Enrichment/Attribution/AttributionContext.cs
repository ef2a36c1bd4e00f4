using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>What is known of the event besides its slots.</summary>
/// <param name="severity">Severity word: informational, low, medium, high or critical.</param>
/// <param name="seconds">Event time: seconds since 1970-01-01 UTC.</param>
/// <param name="nanoseconds">Event time: nanoseconds of the second.</param>
/// <param name="descriptionSlot">Slot of the description, -1 when the format has none.</param>
/// <param name="eventStart">Index of the event's first byte in the buffer.</param>
/// <param name="eventLength">Its length in bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly struct AttributionContext(string severity, long seconds, int nanoseconds, int descriptionSlot = -1, int eventStart = 0, int eventLength = 0)
{
    /// <summary>The event's id.</summary>
    public UInt128 EventId { get; init; }

    /// <summary>Topic that the record stands in, or stood in first; null for an event that is only looked at and must leave nothing behind.</summary>
    public string? Topic { get; init; }

    /// <summary>Partition of that topic.</summary>
    public int Partition { get; init; }

    /// <summary>Severity word.</summary>
    public string Severity { get; } = severity;

    /// <summary>Event time: seconds since 1970-01-01 UTC.</summary>
    public long Seconds { get; } = seconds;

    /// <summary>Event time: nanoseconds of the second.</summary>
    public int Nanoseconds { get; } = nanoseconds;

    /// <summary>Slot of the description, -1 when the format has none.</summary>
    public int DescriptionSlot { get; } = descriptionSlot;

    /// <summary>Index of the event's first byte in the buffer.</summary>
    public int EventStart { get; } = eventStart;

    /// <summary>Length of the event in bytes.</summary>
    public int EventLength { get; } = eventLength;
}
