using System.Runtime.InteropServices;
using System.Text.Json;
using StreamEnricher.Core.Events;
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

/// <summary>The texts of an event's fields, without quotes and escapes; each is made at its first use. One worker's memory.</summary>
internal sealed class EventTexts
{
    private Entry[] _entries = [];
    private TextPlace[] _texts = new TextPlace[64];
    private byte[] _unescaped = new byte[4096];
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

    /// <summary>A text by its number.</summary>
    /// <param name="index">From a field's first on.</param>
    /// <param name="buffer">Holds the event.</param>
    /// <param name="isNumber">It is a JSON number.</param>
    public ReadOnlySpan<byte> Text(int index, ReadOnlySpan<byte> buffer, out bool isNumber)
    {
        ref readonly var place = ref _texts[index];
        isNumber = place.IsNumber;
        return place.IsUnescaped ? _unescaped.AsSpan(place.Start, place.Length) : buffer.Slice(place.Start, place.Length);
    }

    private void Add(Slot value, ReadOnlySpan<byte> buffer)
    {
        switch (value.Kind)
        {
            case TokenKind.String:
                Add(new TextPlace(value.Start + 1, value.Length - 2, false, false));
                break;
            case TokenKind.EscapedString:
                Unescape(value.Content(buffer));
                break;
            case TokenKind.Array:
                AddScalars(value.Start, value.Token(buffer), atDepth: 1);
                break;
            case TokenKind.Null or TokenKind.Object:
                break;
            default:
                Add(new TextPlace(value.Start, value.Length, false, value.Kind == TokenKind.Number));
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
            if (atDepth != 0 && reader.CurrentDepth != atDepth)
            {
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.String when reader.ValueIsEscaped:
                    Unescape(reader.ValueSpan);
                    break;
                case JsonTokenType.String:
                    Add(new TextPlace(start + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, false, false));
                    break;
                case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                    Add(new TextPlace(start + (int)reader.TokenStartIndex, reader.ValueSpan.Length, false, reader.TokenType == JsonTokenType.Number));
                    break;
                default:
                    break;
            }
        }
    }

    private void Unescape(ReadOnlySpan<byte> content)
    {
        if (_unescaped.Length - _used < content.Length)
        {
            Array.Resize(ref _unescaped, Math.Max(_unescaped.Length * 2, _used + content.Length));
        }

        // The content was scanned: it is valid JSON.
        _ = JsonText.TryUnescape(content, _unescaped.AsSpan(_used), out var written);
        Add(new TextPlace(_used, written, true, false));
        _used += written;
    }

    private void Add(TextPlace text)
    {
        if (_textCount == _texts.Length)
        {
            Array.Resize(ref _texts, _textCount * 2);
        }

        _texts[_textCount++] = text;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct TextPlace(int start, int length, bool isUnescaped, bool isNumber)
    {
        public int Start { get; } = start;

        public int Length { get; } = length;

        public bool IsUnescaped { get; } = isUnescaped;

        public bool IsNumber { get; } = isNumber;
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
