using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>The text of JSON strings: escapes resolved and made, and comparison without case.</summary>
internal static class JsonText
{
    /// <summary>Longest escape of one byte: <c>\u001f</c>.</summary>
    public const int MaxEscapedLength = 6;

    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Whether two texts are equal but for the case of ASCII letters. Bytes above 127 must be equal.</summary>
    public static bool EqualsIgnoreAsciiCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        // Ascii.EqualsIgnoreCase answers false for any text that is not all ASCII.
        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i] && ((left[i] ^ right[i]) != 0x20 || (left[i] | 0x20) is < (byte)'a' or > (byte)'z'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Bytes that <see cref="Escape"/> writes.</summary>
    public static int EscapedLength(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        for (var at = text.IndexOfAny(Special); at >= 0; at = text.IndexOfAny(Special))
        {
            length += ShortEscape(text[at]) != 0 ? 1 : MaxEscapedLength - 1;
            text = text[(at + 1)..];
        }

        return length;
    }

    /// <summary>Writes text as the content of a JSON string, escaping only what must be: quote, backslash and control characters. Returns the bytes written.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="destination">At least <see cref="EscapedLength"/> bytes; <see cref="MaxEscapedLength"/> times the text is always enough.</param>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var at = text.IndexOfAny(Special);
            var plain = at < 0 ? text : text[..at];
            plain.CopyTo(destination[written..]);
            written += plain.Length;
            if (at < 0)
            {
                return written;
            }

            destination[written++] = (byte)'\\';
            if (ShortEscape(text[at]) is var letter and not 0)
            {
                destination[written++] = letter;
            }
            else
            {
                "u00"u8.CopyTo(destination[written..]);
                destination[written + 3] = (byte)('0' + (text[at] >> 4));
                destination[written + 4] = "0123456789abcdef"u8[text[at] & 15];
                written += 5;
            }

            text = text[(at + 1)..];
        }
    }

    /// <summary>Bytes that <see cref="TryUnescape"/> writes for valid content, counted without writing; never more than the content has.</summary>
    public static int UnescapedLength(ReadOnlySpan<byte> content)
    {
        var length = 0;
        for (var at = content.IndexOf((byte)'\\'); at >= 0; at = content.IndexOf((byte)'\\'))
        {
            content = content[at..];
            if (!TryReadEscape(content, out var rune, out var used))
            {
                break;
            }

            length += at + rune.Utf8SequenceLength;
            content = content[used..];
        }

        return length + content.Length;
    }

    /// <summary>Resolves the escapes of a string's content. A surrogate without its partner becomes U+FFFD.</summary>
    /// <param name="content">What stands between the quotes.</param>
    /// <param name="destination">At least as long as the content, or <see cref="UnescapedLength"/> bytes.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when an escape is none of JSON's, or cut off, or the destination is too short.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> content, Span<byte> destination, out int written)
    {
        written = 0;
        while (true)
        {
            var at = content.IndexOf((byte)'\\');
            var plain = at < 0 ? content : content[..at];
            if (!plain.TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += plain.Length;
            if (at < 0)
            {
                return true;
            }

            content = content[at..];
            if (!TryReadEscape(content, out var rune, out var used) || !rune.TryEncodeToUtf8(destination[written..], out var bytes))
            {
                return false;
            }

            written += bytes;
            content = content[used..];
        }
    }

    private static byte ShortEscape(byte value) => value switch
    {
        (byte)'"' or (byte)'\\' => value,
        (byte)'\b' => (byte)'b',
        (byte)'\t' => (byte)'t',
        (byte)'\n' => (byte)'n',
        (byte)'\f' => (byte)'f',
        (byte)'\r' => (byte)'r',
        _ => 0,
    };

    /// <summary>Reads the escape, or the pair of them, that stands at the start.</summary>
    private static bool TryReadEscape(ReadOnlySpan<byte> content, out Rune rune, out int used)
    {
        used = 2;
        rune = Rune.ReplacementChar;
        if (content.Length < 2)
        {
            return false;
        }

        switch (content[1])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/':
                rune = new Rune(content[1]);
                return true;
            case (byte)'b':
                rune = new Rune('\b');
                return true;
            case (byte)'f':
                rune = new Rune('\f');
                return true;
            case (byte)'n':
                rune = new Rune('\n');
                return true;
            case (byte)'r':
                rune = new Rune('\r');
                return true;
            case (byte)'t':
                rune = new Rune('\t');
                return true;
        }

        if (!TryReadUnit(content, out var first))
        {
            return false;
        }

        used = 6;
        if (!char.IsSurrogate(first))
        {
            rune = new Rune(first);
        }
        else if (TryReadUnit(content[6..], out var second) && Rune.TryCreate(first, second, out var pair))
        {
            used = 12;
            rune = pair;
        }

        return true;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = '\0';
        if (escape.Length < 6 || escape[0] != (byte)'\\' || escape[1] != (byte)'u'
            || !Utf8Parser.TryParse(escape.Slice(2, 4), out ushort value, out var used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
