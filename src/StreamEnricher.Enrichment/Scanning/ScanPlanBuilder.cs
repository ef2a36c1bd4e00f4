using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Collects paths and the slots that they lead to.</summary>
internal sealed class ScanPlanBuilder
{
    private readonly List<List<ScanEntry>> _levels = [[]];
    private readonly List<ScanEntry> _entries = [];
    private int _slots;

    /// <summary>A new slot.</summary>
    public int AddSlot() => _slots++;

    /// <summary>Lets a path lead to a slot. Several paths may lead to one; a member that comes when its slot is filled counts as unmapped.</summary>
    /// <param name="slot">Of <see cref="AddSlot"/>.</param>
    /// <param name="names">Member names from the event down.</param>
    /// <exception cref="ArgumentException">The path leads to another slot already, or the plan is too large.</exception>
    public void AddPath(int slot, IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfZero(names.Count);
        var level = 0;
        for (var i = 0; ; i++)
        {
            var entry = EntryOf(level, names, i);
            if (i == names.Count - 1)
            {
                if (entry.Slot >= 0 && entry.Slot != slot)
                {
                    throw new ArgumentException($"The path {string.Join('.', names)} leads to another slot already.", nameof(names));
                }

                entry.Slot = slot;
                return;
            }

            if (entry.Child < 0)
            {
                entry.Child = _levels.Count;
                _levels.Add([]);
            }

            level = entry.Child;
        }
    }

    /// <summary>The finished plan.</summary>
    public ScanPlan Build() => new(_slots, [.. _entries], [.. _levels.Select(level => new NameTable(level))]);

    private ScanEntry EntryOf(int level, IReadOnlyList<string> names, int index)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(names[index]);
        var known = _levels[level].Find(entry => entry.Name.AsSpan().SequenceEqual(name));
        if (known is not null)
        {
            return known;
        }

        if (_entries.Count > ushort.MaxValue)
        {
            throw new ArgumentException("A plan has at most 65,536 members.", nameof(names));
        }

        var added = new ScanEntry
        {
            Index = (ushort)_entries.Count,
            Level = level,
            Path = [.. names.Take(index + 1)],
            Name = name,
            NameToken = System.Text.Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(names[index], JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""),
        };
        _levels[level].Add(added);
        _entries.Add(added);
        return added;
    }
}
