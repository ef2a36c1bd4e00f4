using System.Buffers.Text;
using System.Text;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>Walks through the XML of an event: elements, attributes, text, CDATA, comments. No document types, so no entities but XML's own five and numbers.</summary>
internal ref struct XmlCursor(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>The next thing but blanks and comments is a start tag.</summary>
    public bool HasChildren
    {
        get
        {
            var at = Skip(_at);
            return at + 1 < _text.Length && _text[at] == (byte)'<' && _text[at + 1] is not ((byte)'/' or (byte)'!');
        }
    }

    /// <summary>Nothing but blanks is left.</summary>
    public readonly bool AtEnd => Skip(_at) >= _text.Length;

    /// <summary>Reads a start tag; one that is cut off is skipped to the end of the text.</summary>
    public bool TryOpen(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> attributes, out bool isEmpty)
    {
        name = attributes = default;
        isEmpty = false;
        _at = Skip(_at);
        if (_at >= _text.Length || _text[_at] != (byte)'<')
        {
            return false;
        }

        var end = EndOfTag(_at + 1);
        if (end < 0)
        {
            _at = _text.Length;
            return false;
        }

        var tag = _text[(_at + 1)..end];
        _at = end + 1;
        isEmpty = tag.EndsWith("/"u8);
        tag = isEmpty ? tag[..^1] : tag;
        var blank = tag.IndexOfAny(" \t\r\n"u8);
        name = blank < 0 ? tag : tag[..blank];
        attributes = blank < 0 ? default : tag[blank..].Trim(" \t\r\n"u8);
        return !name.IsEmpty;
    }

    /// <summary>Reads the end tag of an element; the end of a text that was cut off stands for it.</summary>
    public bool TryClose(ReadOnlySpan<byte> name)
    {
        if (AtEnd)
        {
            return true;
        }

        _at = Skip(_at);
        var rest = _text[Math.Min(_at, _text.Length)..];
        if (!rest.StartsWith("</"u8) || !rest[2..].StartsWith(name))
        {
            return false;
        }

        var end = rest.IndexOf((byte)'>');
        _at = end < 0 ? _text.Length : _at + end + 1;
        return true;
    }

    /// <summary>The text up to the next tag, with its entities; of a CDATA section what is in it.</summary>
    public ReadOnlySpan<byte> TakeText()
    {
        var rest = _text[_at..];
        if (rest.TrimStart(" \t\r\n"u8).StartsWith("<![CDATA["u8))
        {
            var start = rest.IndexOf("<![CDATA["u8) + 9;
            var close = rest[start..].IndexOf("]]>"u8);
            _at = close < 0 ? _text.Length : _at + start + close + 3;
            return close < 0 ? rest[start..] : rest.Slice(start, close);
        }

        var end = rest.IndexOf((byte)'<');
        end = end < 0 ? rest.Length : end;
        _at += end;
        return rest[..end];
    }

    /// <summary>The value of an attribute; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> wanted)
    {
        while (TryAttribute(ref attributes, out var name, out var value))
        {
            if (name.SequenceEqual(wanted))
            {
                return value;
            }
        }

        return default;
    }

    /// <summary>Takes the next attribute.</summary>
    public static bool TryAttribute(scoped ref ReadOnlySpan<byte> attributes, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        attributes = attributes.TrimStart(" \t\r\n"u8);
        var equals = attributes.IndexOf((byte)'=');
        if (equals <= 0)
        {
            return false;
        }

        name = attributes[..equals].Trim(" \t\r\n"u8);
        attributes = attributes[(equals + 1)..].TrimStart(" \t\r\n"u8);
        if (attributes.Length < 2 || attributes[0] is not ((byte)'"' or (byte)'\''))
        {
            return false;
        }

        var end = attributes[1..].IndexOf(attributes[0]);
        if (end < 0)
        {
            return false;
        }

        value = attributes.Slice(1, end);
        attributes = attributes[(end + 2)..];
        return true;
    }

    /// <summary>A JSON string of a text with entities.</summary>
    public static void AppendText(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        Span<byte> bytes = stackalloc byte[4];
        writer.Append((byte)'"');
        for (var at = text.IndexOf((byte)'&'); at >= 0; at = text.IndexOf((byte)'&'))
        {
            writer.AppendEscaped(text[..at]);
            text = text[at..];
            var end = text[..Math.Min(text.Length, 12)].IndexOf((byte)';');
            if (end > 1 && TryEntity(text[1..end], out var rune))
            {
                writer.AppendEscaped(bytes[..rune.EncodeToUtf8(bytes)]);
                text = text[(end + 1)..];
            }
            else
            {
                writer.AppendEscaped("&"u8);
                text = text[1..];
            }
        }

        writer.AppendEscaped(text);
        writer.Append((byte)'"');
    }

    private static bool TryEntity(ReadOnlySpan<byte> name, out Rune rune)
    {
        rune = name switch
        {
            [(byte)'l', (byte)'t'] => new Rune('<'),
            [(byte)'g', (byte)'t'] => new Rune('>'),
            [(byte)'a', (byte)'m', (byte)'p'] => new Rune('&'),
            [(byte)'q', (byte)'u', (byte)'o', (byte)'t'] => new Rune('"'),
            [(byte)'a', (byte)'p', (byte)'o', (byte)'s'] => new Rune('\''),
            _ => default,
        };
        if (rune.Value != 0)
        {
            return true;
        }

        if (name[0] != (byte)'#')
        {
            return false;
        }

        var isHex = name.Length > 2 && name[1] is (byte)'x' or (byte)'X';
        var digits = name[(isHex ? 2 : 1)..];
        return Utf8Parser.TryParse(digits, out uint value, out var used, isHex ? 'x' : 'D') && used == digits.Length && value > 0 && Rune.TryCreate(value, out rune);
    }

    /// <summary>The end of a tag: the next closing bracket outside quotes.</summary>
    private readonly int EndOfTag(int from)
    {
        byte quote = 0;
        for (var i = from; i < _text.Length; i++)
        {
            var value = _text[i];
            if (quote != 0)
            {
                quote = value == quote ? (byte)0 : quote;
            }
            else if (value is (byte)'"' or (byte)'\'')
            {
                quote = value;
            }
            else if (value == (byte)'>')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The place after blanks and comments.</summary>
    private readonly int Skip(int at)
    {
        while (at < _text.Length)
        {
            if (_text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                at++;
            }
            else if (_text[at..].StartsWith("<!--"u8) && _text[at..].IndexOf("-->"u8) is var end and >= 0)
            {
                at += end + 3;
            }
            else
            {
                return at;
            }
        }

        return at;
    }
}
