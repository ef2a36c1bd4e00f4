namespace StreamEnricher.Enrichment.Scanning;

/// <summary>The members of an event that a scan looks for: one name table for each object level. Immutable; shared by all workers.</summary>
internal sealed class ScanPlan
{
    internal ScanPlan(int slotCount, ScanEntry[] entries, NameTable[] levels)
    {
        SlotCount = slotCount;
        Entries = entries;
        Levels = levels;
    }

    /// <summary>Number of slots.</summary>
    public int SlotCount { get; }

    /// <summary>All known members, of all levels; <see cref="ScanState.Origins"/> are indices of it.</summary>
    public ScanEntry[] Entries { get; }

    /// <summary>Names by level; level 0 is the event's own object.</summary>
    internal NameTable[] Levels { get; }
}
