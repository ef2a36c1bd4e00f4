using System.IO.Hashing;
using System.Runtime.InteropServices;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>
/// What one worker remembers of the answers that a set of conditions gave. An answer follows from the texts of a few short fields (the kind of event, its number) and from
/// which other fields are there, and of those a producer sends the same few combinations over and over.
/// </summary>
internal sealed class ConditionMemory
{
    private const int PlaceBits = 7;
    private const int LongestKey = 160;

    private readonly int[] _texts;
    private readonly ulong[] _presences;
    private readonly byte[] _key = new byte[LongestKey];
    private readonly byte[] _keys = new byte[LongestKey << PlaceBits];
    private readonly (int KeyLength, int Answer)[] _answers = new (int, int)[1 << PlaceBits];
    private int _keyLength;
    private int _place;

    /// <param name="conditions">All conditions that an answer is made of.</param>
    /// <param name="slotCount">Slots of their plan.</param>
    public ConditionMemory(IEnumerable<SlotCondition> conditions, int slotCount)
    {
        _presences = new ulong[Bits.Words(slotCount)];
        var texts = new SortedSet<int>();
        foreach (var condition in conditions)
        {
            for (var field = 0; field < condition.Slots.Length; field++)
            {
                Bits.Set(_presences, condition.Slots[field]);
                if (condition.Condition.ComparesText(field))
                {
                    texts.Add(condition.Slots[field]);
                }
            }
        }

        _texts = [.. texts];
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

        foreach (var text in _texts)
        {
            var token = scan.Slots[text].Token(buffer);
            if (token.Length > LongestKey - length - 1 || token.Length > byte.MaxValue)
            {
                return -1;
            }

            // With its length before it no text can pass for the end of another.
            _key[length] = (byte)token.Length;
            token.CopyTo(_key.AsSpan(length + 1));
            length += 1 + token.Length;
        }

        _keyLength = length;
        _place = (int)(XxHash3.HashToUInt64(_key.AsSpan(0, length)) >> (64 - PlaceBits));
        var (keyLength, answer) = _answers[_place];
        return keyLength == length && _key.AsSpan(0, length).SequenceEqual(_keys.AsSpan(_place * LongestKey, length)) ? answer : -1;
    }

    /// <summary>Remembers the answer of the event that was looked for last.</summary>
    public void Keep(int answer)
    {
        if (_keyLength > 0)
        {
            _key.AsSpan(0, _keyLength).CopyTo(_keys.AsSpan(_place * LongestKey));
            _answers[_place] = (_keyLength, answer);
        }
    }
}
