using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Collects paths and the slots that they lead to.</summary>
internal sealed class ScanPlanBuilder
{
    private readonly List<List<ScanEntry>> _levels = [[]];
    private readonly List<ScanEntry> _entries = [];
    private int _slots;

    /// <summary>A new slot; counted from 0.</summary>
    public int AddSlot() => _slots++;

    /// <summary>Lets a path lead to a slot. Several paths may lead to one slot: the member that comes first in the event takes it, later ones count as unmapped.</summary>
    /// <param name="slot">Of <see cref="AddSlot"/>.</param>
    /// <param name="names">Member names from the event down.</param>
    /// <exception cref="ArgumentException">The path leads to another slot already, or the plan has more than 65,535 members.</exception>
    public void AddPath(int slot, IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, _slots);
        if (names.Count == 0)
        {
            throw new ArgumentException("A path needs at least one name.", nameof(names));
        }

        var level = 0;
        for (var i = 0; i < names.Count - 1; i++)
        {
            level = ChildOf(EntryOf(level, names, i));
        }

        var entry = EntryOf(level, names, names.Count - 1);
        if (entry.Slot >= 0 && entry.Slot != slot)
        {
            throw new ArgumentException($"The path {string.Join('.', names)} leads to slot {entry.Slot} already and cannot lead to slot {slot} too.", nameof(names));
        }

        entry.Slot = slot;
    }

    /// <summary>The plan of all that was added so far.</summary>
    public ScanPlan Build() => new(_slots, [.. _entries], [.. _levels.Select(level => new NameTable(level))]);

    private int ChildOf(ScanEntry entry)
    {
        // Each level but the first belongs to one entry, so that the limit on entries keeps levels below it too.
        if (entry.Child < 0)
        {
            entry.Child = _levels.Count;
            _levels.Add([]);
        }

        return entry.Child;
    }

    private ScanEntry EntryOf(int level, IReadOnlyList<string> names, int index)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(names[index]);
        var known = _levels[level].Find(entry => entry.Name.AsSpan().SequenceEqual(name));
        if (known is not null)
        {
            return known;
        }

        if (_entries.Count == ushort.MaxValue)
        {
            throw new ArgumentException($"The path {string.Join('.', names)} is one too many: a plan has at most 65,535 members.", nameof(names));
        }

        var added = new ScanEntry
        {
            Index = (ushort)_entries.Count,
            Level = level,
            Path = [.. names.Take(index + 1)],
            Name = name,
            NameToken = [(byte)'"', .. JsonEncodedText.Encode(names[index], JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'],
        };
        _levels[level].Add(added);
        _entries.Add(added);
        return added;
    }
}
