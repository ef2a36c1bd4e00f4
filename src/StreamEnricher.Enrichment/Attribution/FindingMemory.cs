using System.Buffers.Binary;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>What one worker remembers of the texts that it saw lately in the events of a format, and of what certain providers found in them. Never shared between workers.</summary>
internal sealed class FindingMemory
{
    private const int LongestKey = 256;

    /// <summary>Two brackets or quotes.</summary>
    private const int LongestEmpty = 2;

    private const byte NoConfidence = byte.MaxValue;

    /// <summary>Texts in which more is found are looked at each time.</summary>
    private const int MostFindings = 8;

    private readonly KeyMemory _keys = new(groupBits: 6, LongestKey);
    private readonly byte[] _key = new byte[LongestKey];
    private readonly Finding[] _findings;
    private readonly Found[] _found;
    private int _keyLength;
    private ulong _hash;

    public FindingMemory()
    {
        _findings = new Finding[_keys.Capacity * MostFindings];
        _found = new Found[_keys.Capacity];
    }

    /// <summary>Adds what was found in the same texts; false when they are not known.</summary>
    /// <param name="texts">The slots and tags that matter.</param>
    /// <param name="buffer">Buffer that the slots point into.</param>
    /// <param name="slots">Slots of the event.</param>
    /// <param name="scratch">Receives the findings.</param>
    public bool TryAdd(TextsRead texts, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, AttributionScratch scratch)
    {
        if (!MakeKey(texts, buffer, slots, scratch) || _keys.Find(_key.AsSpan(0, _keyLength), out _hash) is not (>= 0 and var number))
        {
            return false;
        }

        ref readonly var found = ref _found[number];
        foreach (var finding in _findings.AsSpan(number * MostFindings, found.Count))
        {
            scratch.Add(finding);
        }

        scratch.Counts.Declared += found.Declared;
        scratch.Counts.DeclaredUnknown += found.DeclaredUnknown;
        scratch.Counts.Table += found.Table;
        return true;
    }

    /// <summary>Remembers what was found in the texts that were looked for last.</summary>
    /// <param name="findings">Findings.</param>
    /// <param name="declared">Declared ids that are techniques.</param>
    /// <param name="declaredUnknown">Declared ids that the catalogue lacks.</param>
    /// <param name="table">Evidence from tables and keywords.</param>
    public void Keep(ReadOnlySpan<Finding> findings, long declared, long declaredUnknown, long table)
    {
        if (_keyLength == 0 || findings.Length > MostFindings)
        {
            return;
        }

        var number = _keys.Keep(_key.AsSpan(0, _keyLength), _hash);
        findings.CopyTo(_findings.AsSpan(number * MostFindings));
        _found[number] = new Found(findings.Length, declared, declaredUnknown, table);
    }

    /// <summary>Puts the texts together, each behind its length so that none can pass for a part of another; false when they are too long.</summary>
    private bool MakeKey(TextsRead texts, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, AttributionScratch scratch)
    {
        _keyLength = 0;
        var length = 1;
        foreach (var slot in texts.Slots)
        {
            if (!Append(buffer, slots[slot], ref length))
            {
                return false;
            }
        }

        // Confidence says nothing where nothing is declared, and nearly every event has another.
        _key[0] = NoConfidence;
        foreach (var slot in texts.WithConfidence)
        {
            if (scratch.Confidence >= 0 && slots[slot].Length > LongestEmpty)
            {
                _key[0] = (byte)((scratch.Confidence + 50) / 100);
            }
        }

        if (texts.Tags)
        {
            foreach (ref readonly var tag in scratch.Related.Tags)
            {
                if (!Append(buffer, tag, ref length))
                {
                    return false;
                }
            }
        }

        _keyLength = length;
        return true;
    }

    private bool Append(ReadOnlySpan<byte> buffer, in Slot slot, ref int length)
    {
        if (slot.Length > LongestKey - sizeof(ushort) - length)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_key.AsSpan(length), (ushort)slot.Length);
        slot.Token(buffer).CopyTo(_key.AsSpan(length + sizeof(ushort)));
        length += sizeof(ushort) + slot.Length;
        return true;
    }

    private readonly record struct Found(int Count, long Declared, long DeclaredUnknown, long Table);
}
