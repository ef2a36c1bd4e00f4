namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Which members of an event a scan looks for, as one name table for each object level. Immutable.</summary>
internal sealed class ScanPlan
{
    internal ScanPlan(int slotCount, IReadOnlyList<ScanEntry> entries, NameTable[] levels)
    {
        SlotCount = slotCount;
        Entries = entries;
        Levels = levels;
    }

    /// <summary>Number of slots.</summary>
    public int SlotCount { get; }

    /// <summary>All members; <see cref="ScanState.Origins"/> points here.</summary>
    public IReadOnlyList<ScanEntry> Entries { get; }

    internal NameTable[] Levels { get; }
}
