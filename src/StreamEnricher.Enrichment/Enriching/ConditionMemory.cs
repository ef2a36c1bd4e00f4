using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>
/// What one worker remembers of the answers that a set of conditions gave. An answer follows from the texts of a few short fields (the kind of event, its number) and from
/// which other fields are there, and of those a producer sends the same few combinations over and over.
/// </summary>
internal sealed class ConditionMemory
{
    private const int LongestKey = 128;

    private readonly (int Slot, int Matters)[] _texts;
    private readonly ulong[] _presences;
    private readonly byte[] _key = new byte[LongestKey];
    private readonly KeyMemory _keys = new(groupBits: 6, LongestKey);
    private readonly int[] _answers;
    private int _keyLength;
    private ulong _hash;

    /// <param name="conditions">All conditions that an answer is made of.</param>
    /// <param name="slotCount">Slots of their plan.</param>
    public ConditionMemory(IEnumerable<SlotCondition> conditions, int slotCount)
    {
        _answers = new int[_keys.Capacity];
        _presences = new ulong[Bits.Words(slotCount)];
        var texts = new SortedDictionary<int, int>();
        foreach (var condition in conditions)
        {
            for (var field = 0; field < condition.Slots.Length; field++)
            {
                var slot = condition.Slots[field];
                Bits.Set(_presences, slot);
                if (condition.Condition.TextThatMatters(field) is var matters and > 0)
                {
                    texts[slot] = Math.Max(matters, texts.GetValueOrDefault(slot));
                }
            }
        }

        _texts = [.. texts.Select(text => (text.Key, text.Value))];
    }

    /// <summary>The answer that an event with the same fields got, or -1.</summary>
    /// <param name="buffer">Buffer that the event is in.</param>
    /// <param name="scan">The event.</param>
    public int Find(ReadOnlySpan<byte> buffer, ScanState scan)
    {
        _keyLength = 0;
        var length = _presences.Length * sizeof(ulong);
        if (length > LongestKey)
        {
            return -1;
        }

        var presences = MemoryMarshal.Cast<byte, ulong>(_key.AsSpan(0, length));
        for (var i = 0; i < presences.Length; i++)
        {
            presences[i] = scan.Present[i] & _presences[i];
        }

        foreach (var (slot, matters) in _texts)
        {
            var token = scan.Slots[slot].Token(buffer);
            var size = token.Length;
            if (scan.Slots[slot].Kind == TokenKind.String && size - 3 >= matters)
            {
                // The opening quote and what matters; a size that no token has says that the text is longer.
                token = token[..(matters + 1)];
                size = byte.MaxValue;
            }
            else if (size >= byte.MaxValue)
            {
                return -1;
            }

            if (token.Length > LongestKey - length - 1)
            {
                return -1;
            }

            // With its size before it no text can pass for the end of another.
            _key[length] = (byte)size;
            token.CopyTo(_key.AsSpan(length + 1));
            length += 1 + token.Length;
        }

        _keyLength = length;
        var number = _keys.Find(_key.AsSpan(0, length), out _hash);
        return number < 0 ? -1 : _answers[number];
    }

    /// <summary>Remembers the answer of the event that was looked for last.</summary>
    public void Keep(int answer)
    {
        if (_keyLength > 0 && _keys.Keep(_key.AsSpan(0, _keyLength), _hash) is var number and >= 0)
        {
            _answers[number] = answer;
        }
    }
}
