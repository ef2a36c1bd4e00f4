using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>What a scan found. One worker's memory, reused for event after event; the contents are of the last scan and mean something only if it was Ok.</summary>
internal sealed class ScanState
{
    private const int MostMemories = 64;

    private readonly Dictionary<ScanPlan, NameMemory> _memories = [];
    private NameMemory? _memory;
    private byte[] _name = [];

    /// <summary>Values by slot; the first <see cref="ScanPlan.SlotCount"/> are of the last scan.</summary>
    public Slot[] Slots { get; private set; } = new Slot[64];

    /// <summary>The slots that are present, as <see cref="Bits"/>.</summary>
    public ulong[] Present { get; private set; } = new ulong[1];

    /// <summary>For each slot that is present the index in <see cref="ScanPlan.Entries"/> of the member that it came from.</summary>
    public ushort[] Origins { get; private set; } = new ushort[64];

    /// <summary>What no slot takes, in the order of the event; <see cref="UnmappedCount"/> of them.</summary>
    public UnmappedSegment[] Unmapped { get; private set; } = new UnmappedSegment[64];

    /// <summary>Number of segments.</summary>
    public int UnmappedCount { get; private set; }

    /// <summary>A line feed or carriage return stands between tokens: a copy of them would break formats that are one line an event.</summary>
    public bool HasLineBreak { get; internal set; }

    /// <summary>A name holds a dot: that of a member that no slot takes, or one within a value that was not looked into.</summary>
    public bool HasDottedName { get; internal set; }

    /// <summary>A name, known or not, is written with an escape.</summary>
    public bool HasEscapedName { get; internal set; }

    /// <summary>A member that leads to a slot was not taken by it: the slot was filled already, or the value was looked into.</summary>
    public bool HasPassedOver { get; internal set; }

    /// <summary>Deepest nesting of objects and arrays; the event itself is 1.</summary>
    public int MaxDepth { get; internal set; }

    /// <summary>Byte of the event, counted from 0, at which the scan gave up.</summary>
    public int ErrorAt { get; internal set; }

    /// <summary>Forgets the last event.</summary>
    internal void Begin(ScanPlan plan)
    {
        var slots = plan.SlotCount;
        if (Slots.Length < slots)
        {
            Slots = new Slot[slots];
            Origins = new ushort[slots];
        }

        if (Present.Length < Bits.Words(slots))
        {
            Present = new ulong[Bits.Words(slots)];
        }

        Slots.AsSpan(0, slots).Clear();
        Array.Clear(Present);
        UnmappedCount = 0;
        HasLineBreak = HasDottedName = HasEscapedName = HasPassedOver = false;
        MaxDepth = 0;
        ErrorAt = 0;
    }

    /// <summary>Adds a segment.</summary>
    internal void Add(UnmappedSegment segment)
    {
        if (UnmappedCount == Unmapped.Length)
        {
            var larger = Unmapped;
            Array.Resize(ref larger, UnmappedCount * 2);
            Unmapped = larger;
        }

        Unmapped[UnmappedCount++] = segment;
    }

    /// <summary>The names expected by this plan. A worker alternates between few plans; should they become many (formats loaded anew), old memories are let go.</summary>
    internal NameMemory MemoryOf(ScanPlan plan)
    {
        if (_memory is { } last && ReferenceEquals(last.Plan, plan))
        {
            return last;
        }

        if (!_memories.TryGetValue(plan, out var memory))
        {
            if (_memories.Count == MostMemories)
            {
                _memories.Clear();
            }

            _memories.Add(plan, memory = new NameMemory(plan));
        }

        return _memory = memory;
    }

    /// <summary>Room for a name whose escapes are resolved, and eight bytes behind it.</summary>
    internal Span<byte> NameRoom(int length)
    {
        if (_name.Length < length + sizeof(ulong))
        {
            _name = new byte[(length + sizeof(ulong)) * 2];
        }

        return _name;
    }
}
