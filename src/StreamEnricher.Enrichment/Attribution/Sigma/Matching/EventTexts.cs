using System.Runtime.InteropServices;
using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>What is known of a field.</summary>
internal enum FieldPresence : byte
{
    /// <summary>The event does not have it.</summary>
    Absent,

    /// <summary>It is null.</summary>
    Null,

    /// <summary>It has a value; an object has no texts.</summary>
    Present,
}

/// <summary>The texts of an event's fields. One worker's memory.</summary>
internal sealed class EventTexts
{
    private Entry[] _entries = [];
    private TextPlace[] _texts = new TextPlace[64];
    private byte[] _made = new byte[4096];
    private uint _event;
    private int _textCount;
    private int _used;

    /// <summary>Forgets the last event.</summary>
    /// <param name="fields">Number of fields.</param>
    public void Begin(int fields)
    {
        if (_entries.Length < fields)
        {
            Array.Resize(ref _entries, fields);
        }

        if (++_event == 0)
        {
            Array.Clear(_entries);
            _event = 1;
        }

        _textCount = 0;
        _used = 0;
    }

    /// <summary>A field's texts: none, one, or one for each scalar of an array.</summary>
    /// <param name="field">Number of the field.</param>
    /// <param name="slots">Slots that it may stand in; the first that is there counts.</param>
    /// <param name="values">The event's slots.</param>
    /// <param name="buffer">What they point into.</param>
    public FieldTexts Of(int field, int[] slots, ReadOnlySpan<Slot> values, ReadOnlySpan<byte> buffer)
    {
        ref var entry = ref _entries[field];
        if (entry.Event != _event)
        {
            entry = new Entry { Event = _event, First = _textCount };
            var value = FieldSlots.First(slots, values);
            if (value.IsPresent)
            {
                entry.Presence = value.Kind == TokenKind.Null ? FieldPresence.Null : FieldPresence.Present;
                Add(value, buffer);
            }

            entry.Count = _textCount - entry.First;
        }

        return new FieldTexts(entry.Presence, entry.First, entry.Count);
    }

    /// <summary>All strings and numbers of the event, however deep; names are not among them.</summary>
    /// <param name="field">Number that stands for all of them.</param>
    /// <param name="buffer">Holds the event.</param>
    /// <param name="start">Index of its first byte.</param>
    /// <param name="length">Its length.</param>
    public FieldTexts All(int field, ReadOnlySpan<byte> buffer, int start, int length)
    {
        ref var entry = ref _entries[field];
        if (entry.Event != _event)
        {
            entry = new Entry { Event = _event, First = _textCount, Presence = FieldPresence.Present };
            AddScalars(start, buffer.Slice(start, length));
            entry.Count = _textCount - entry.First;
        }

        return new FieldTexts(entry.Presence, entry.First, entry.Count);
    }

    /// <summary>A text by its number, as written but for escapes that could be written otherwise.</summary>
    /// <param name="index">From a field's first on.</param>
    /// <param name="buffer">Holds the event.</param>
    /// <param name="isNumber">It is a JSON number.</param>
    public ReadOnlySpan<byte> Written(int index, ReadOnlySpan<byte> buffer, out bool isNumber)
    {
        ref readonly var place = ref _texts[index];
        isNumber = place.Kind == TokenKind.Number;
        var written = buffer.Slice(place.Start, place.Length);
        if (place.Kind != TokenKind.EscapedString || CanonicalEscapes.AreIn(written))
        {
            return written;
        }

        Reserve(written.Length * 3);
        var length = CanonicalEscapes.Write(written, _made.AsSpan(_used));
        _used += length;
        return _made.AsSpan(_used - length, length);
    }

    /// <summary>A text by its number, without escapes.</summary>
    /// <param name="index">From a field's first on.</param>
    /// <param name="buffer">Holds the event.</param>
    /// <param name="isNumber">It is a JSON number.</param>
    public ReadOnlySpan<byte> Text(int index, ReadOnlySpan<byte> buffer, out bool isNumber)
    {
        ref var place = ref _texts[index];
        isNumber = place.Kind == TokenKind.Number;
        if (place.Kind != TokenKind.EscapedString)
        {
            return buffer.Slice(place.Start, place.Length);
        }

        if (place.UnescapedStart < 0)
        {
            // The content was scanned: it is valid JSON.
            Reserve(place.Length);
            _ = JsonText.TryUnescape(buffer.Slice(place.Start, place.Length), _made.AsSpan(_used), out place.UnescapedLength);
            place.UnescapedStart = _used;
            _used += place.UnescapedLength;
        }

        return _made.AsSpan(place.UnescapedStart, place.UnescapedLength);
    }

    private void Add(Slot value, ReadOnlySpan<byte> buffer)
    {
        switch (value.Kind)
        {
            case TokenKind.String or TokenKind.EscapedString:
                Add(value.Start + 1, value.Length - 2, value.Kind);
                break;
            case TokenKind.Array:
                AddScalars(value.Start, value.Token(buffer), atDepth: 1);
                break;
            case TokenKind.Null or TokenKind.Object:
                break;
            default:
                Add(value.Start, value.Length, value.Kind);
                break;
        }
    }

    /// <summary>Adds the scalars of a JSON value.</summary>
    /// <param name="start">Index of its first byte in the buffer.</param>
    /// <param name="json">Its bytes.</param>
    /// <param name="atDepth">Only those at this depth; 0 for all.</param>
    private void AddScalars(int start, ReadOnlySpan<byte> json, int atDepth = 0)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if ((atDepth == 0 || reader.CurrentDepth == atDepth)
                && reader.TokenType is JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False)
            {
                var kind = TokenKinds.Of(ref reader);
                Add(start + (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0), reader.ValueSpan.Length, kind);
            }
        }
    }

    private void Add(int start, int length, TokenKind kind)
    {
        if (_textCount == _texts.Length)
        {
            Array.Resize(ref _texts, _textCount * 2);
        }

        _texts[_textCount++] = new TextPlace { Start = start, Length = length, UnescapedStart = -1, Kind = kind };
    }

    /// <summary>Makes room behind what was made for this event; spans that were handed out before still show the old array, with the same bytes.</summary>
    private void Reserve(int length)
    {
        if (_made.Length - _used < length)
        {
            Array.Resize(ref _made, Math.Max(_made.Length * 2, _used + length));
        }
    }

    /// <summary>Content of a string, or another scalar, in the buffer; and its unescaped form, once it was asked for.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct TextPlace
    {
        public int Start;
        public int Length;
        public int UnescapedStart;
        public int UnescapedLength;
        public TokenKind Kind;
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Entry
    {
        public uint Event;
        public FieldPresence Presence;
        public int First;
        public int Count;
    }
}

/// <summary>The texts of one field: numbers of <see cref="EventTexts.Text"/>.</summary>
/// <param name="Presence">What is known of the field.</param>
/// <param name="First">The first text.</param>
/// <param name="Count">Number of texts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FieldTexts(FieldPresence Presence, int First, int Count);
