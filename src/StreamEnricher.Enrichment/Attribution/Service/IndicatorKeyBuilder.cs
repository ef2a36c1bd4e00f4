using System.Buffers.Binary;
using System.Text;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>Puts an indicator into the form that answers are cached by: type, value, severity and sorted tags, without id and time. Reused for every indicator.</summary>
/// <remarks>The key is each part's length (int32, little-endian) and UTF-8 bytes, so that no text can pass for another combination of parts.</remarks>
internal sealed class IndicatorKeyBuilder
{
    private byte[] _text = new byte[256];
    private byte[] _key = new byte[256];
    private (int Start, int Length)[] _tags = new (int, int)[8];
    private (int Start, int Length) _type;
    private (int Start, int Length) _value;
    private (int Start, int Length) _severity;
    private (int Start, int Length) _id;
    private int _used;
    private int _tagCount;

    /// <summary>The indicator's own id; empty when it has none. Not part of the key.</summary>
    public ReadOnlySpan<byte> Id => Slice(_id);

    /// <summary>The indicator has a severity of its own.</summary>
    public bool HasSeverity => _severity.Length > 0;

    /// <summary>There is something to ask about.</summary>
    public bool IsComplete => _type.Length > 0 && _value.Length > 0;

    /// <summary>Starts the next indicator.</summary>
    public void Begin()
    {
        _type = _value = _severity = _id = default;
        _used = _tagCount = 0;
    }

    /// <summary>Sets the type; lower-cased.</summary>
    public void SetType(ReadOnlySpan<byte> text) => _type = Lower(Append(text));

    /// <summary>Sets the value.</summary>
    public void SetValue(ReadOnlySpan<byte> text) => _value = Append(text);

    /// <summary>Sets the severity; lower-cased.</summary>
    public void SetSeverity(ReadOnlySpan<byte> text) => _severity = Lower(Append(text));

    /// <summary>Sets the indicator's own id.</summary>
    public void SetId(ReadOnlySpan<byte> text) => _id = Append(text);

    /// <summary>Sets the severity of the event, which is ASCII.</summary>
    public void SetSeverity(string text)
    {
        var start = _used;
        Reserve(text.Length);
        _used += System.Text.Encoding.ASCII.GetBytes(text, _text.AsSpan(_used));
        _severity = Lower((start, text.Length));
    }

    /// <summary>Adds a tag.</summary>
    public void AddTag(ReadOnlySpan<byte> text)
    {
        if (_tagCount == _tags.Length)
        {
            Array.Resize(ref _tags, _tagCount * 2);
        }

        var added = Append(text);
        var at = _tagCount++;
        for (; at > 0 && Slice(_tags[at - 1]).SequenceCompareTo(Slice(added)) > 0; at--)
        {
            _tags[at] = _tags[at - 1];
        }

        _tags[at] = added;
    }

    /// <summary>The key. Valid until the next indicator.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        var length = _used + ((3 + _tagCount) * sizeof(int));
        if (_key.Length < length)
        {
            _key = new byte[length * 2];
        }

        var at = WritePart(0, _type);
        at = WritePart(at, _value);
        at = WritePart(at, _severity);
        foreach (var tag in _tags.AsSpan(0, _tagCount))
        {
            at = WritePart(at, tag);
        }

        return _key.AsSpan(0, at);
    }

    /// <summary>The parts of a key: type, value, severity, tags.</summary>
    public static List<string> PartsOf(ReadOnlySpan<byte> key)
    {
        var parts = new List<string>();
        while (!key.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(key);
            parts.Add(System.Text.Encoding.UTF8.GetString(key.Slice(sizeof(int), length)));
            key = key[(sizeof(int) + length)..];
        }

        return parts;
    }

    private (int Start, int Length) Append(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(_text.AsSpan(_used));
        var place = (_used, text.Length);
        _used += text.Length;
        return place;
    }

    private (int Start, int Length) Lower((int Start, int Length) place)
    {
        Ascii.ToLowerInPlace(_text.AsSpan(place.Start, place.Length), out _);
        return place;
    }

    private void Reserve(int length)
    {
        if (_text.Length - _used < length)
        {
            Array.Resize(ref _text, (_used + length) * 2);
        }
    }

    private int WritePart(int at, (int Start, int Length) place)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_key.AsSpan(at), place.Length);
        Slice(place).CopyTo(_key.AsSpan(at + sizeof(int)));
        return at + sizeof(int) + place.Length;
    }

    private ReadOnlySpan<byte> Slice((int Start, int Length) place) => _text.AsSpan(place.Start, place.Length);
}
