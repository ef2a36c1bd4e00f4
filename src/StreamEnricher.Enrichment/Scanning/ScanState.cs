using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>What a scan found; one worker's memory, reused for event after event.</summary>
internal sealed class ScanState
{
    /// <summary>Values by slot; the first <see cref="ScanPlan.SlotCount"/> are of the last scan.</summary>
    public Slot[] Slots { get; private set; } = new Slot[64];

    /// <summary>For each filled slot the index of the member that filled it.</summary>
    public ushort[] Origins { get; private set; } = new ushort[64];

    /// <summary>What no slot takes; <see cref="UnmappedCount"/> of them.</summary>
    public UnmappedSegment[] Unmapped { get; private set; } = new UnmappedSegment[64];

    /// <summary>Number of segments.</summary>
    public int UnmappedCount { get; private set; }

    /// <summary>A line feed or carriage return stands between tokens: a copy of the text would break formats that are one line an event.</summary>
    public bool HasLineBreak { get; set; }

    /// <summary>The name of a member that no slot takes, or one within it, holds a dot.</summary>
    public bool HasDottedName { get; set; }

    /// <summary>The name of a member holds an escape.</summary>
    public bool HasEscapedName { get; set; }

    /// <summary>Deepest nesting of objects and arrays; the event itself is 1.</summary>
    public int MaxDepth { get; set; }

    /// <summary>Byte of the event, from 0, at which the scan gave up.</summary>
    public int ErrorAt { get; set; }

    /// <summary>Forgets the last event.</summary>
    public void Begin(int slotCount)
    {
        if (Slots.Length < slotCount)
        {
            Slots = new Slot[slotCount * 2];
            Origins = new ushort[slotCount * 2];
        }

        Slots.AsSpan(0, slotCount).Clear();
        UnmappedCount = 0;
        HasLineBreak = HasDottedName = HasEscapedName = false;
        MaxDepth = 1;
        ErrorAt = 0;
    }

    /// <summary>Adds a segment.</summary>
    public void Add(UnmappedSegment segment)
    {
        if (UnmappedCount == Unmapped.Length)
        {
            var larger = Unmapped;
            Array.Resize(ref larger, UnmappedCount * 2);
            Unmapped = larger;
        }

        Unmapped[UnmappedCount++] = segment;
    }
}
