using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Where the scan of a format finds the fields by which all formats are recognised.</summary>
internal sealed class RecognitionFields
{
    private readonly ScanPlan _decisive;
    private readonly ulong[] _slots;
    private readonly short[] _fieldOfEntry;

    private RecognitionFields(ScanPlan decisive, ulong[] slots, short[] fieldOfEntry)
    {
        _decisive = decisive;
        _slots = slots;
        _fieldOfEntry = fieldOfEntry;
    }

    /// <summary>Matches the members that two plans know.</summary>
    /// <param name="decisive">The scan for the fields that decide, and no others.</param>
    /// <param name="format">The scan of a format.</param>
    /// <returns>Null when the format's scan does not find all of them.</returns>
    public static RecognitionFields? Of(ScanPlan decisive, ScanPlan format)
    {
        var slots = new ulong[Bits.Words(format.SlotCount)];
        var fieldOfEntry = new short[format.Entries.Length];
        Array.Fill(fieldOfEntry, (short)-1);
        var entries = format.Entries.Where(static entry => entry.Slot >= 0).ToDictionary(static entry => Key(entry), StringComparer.Ordinal);
        foreach (var field in decisive.Entries.Where(static field => field.Slot >= 0))
        {
            if (!entries.TryGetValue(Key(field), out var entry))
            {
                return null;
            }

            Bits.Set(slots, entry.Slot);
            fieldOfEntry[entry.Index] = (short)field.Slot;
        }

        return new RecognitionFields(decisive, slots, fieldOfEntry);
    }

    /// <summary>Gives <paramref name="fields"/> the slots that a scan of the event for these fields alone would fill.</summary>
    /// <param name="scan">What the format's scan found.</param>
    /// <param name="fields">Receives the slots.</param>
    /// <returns>False when only that scan can tell: a field is there twice, or was looked into.</returns>
    public bool TryTake(ScanState scan, ScanState fields)
    {
        if (scan.HasPassedOver)
        {
            return false;
        }

        fields.Begin(_decisive);
        for (var word = 0; word < _slots.Length; word++)
        {
            for (var left = scan.Present[word] & _slots[word]; left != 0;)
            {
                var slot = Bits.Take(ref left, word);
                var field = _fieldOfEntry[scan.Origins[slot]];
                if (field < 0)
                {
                    continue;
                }

                if (fields.Slots[field].IsPresent)
                {
                    return false;
                }

                fields.Slots[field] = scan.Slots[slot];
                Bits.Set(fields.Present, field);
            }
        }

        return true;
    }

    private static string Key(ScanEntry entry) => string.Join('\u0001', entry.Path);
}
