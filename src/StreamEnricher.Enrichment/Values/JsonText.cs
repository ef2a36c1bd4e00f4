using System.Buffers.Text;
using System.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Escapes of JSON strings.</summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    /// <summary>Whether two texts are equal but for the case of ASCII letters.</summary>
    public static bool EqualsIgnoreAsciiCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
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

    /// <summary>Writes text with the escapes that JSON needs: quote, backslash, and control characters. Returns the bytes written.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="destination">At least six times as long.</param>
    public static int Escape(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var at = 0;
        foreach (var value in text)
        {
            if (value >= 0x20 && value is not ((byte)'"' or (byte)'\\'))
            {
                destination[at++] = value;
                continue;
            }

            destination[at++] = (byte)'\\';
            switch (value)
            {
                case (byte)'"' or (byte)'\\':
                    destination[at++] = value;
                    break;
                case (byte)'\n':
                    destination[at++] = (byte)'n';
                    break;
                case (byte)'\r':
                    destination[at++] = (byte)'r';
                    break;
                case (byte)'\t':
                    destination[at++] = (byte)'t';
                    break;
                default:
                    "u00"u8.CopyTo(destination[at..]);
                    destination[at + 3] = Hex[value >> 4];
                    destination[at + 4] = Hex[value & 15];
                    at += 5;
                    break;
            }
        }

        return at;
    }

    /// <summary>Resolves the escapes of a string's content. A surrogate without its partner becomes U+FFFD.</summary>
    /// <param name="content">The content between the quotes, valid JSON.</param>
    /// <param name="destination">At least as long.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False when the content is no valid JSON string.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> content, Span<byte> destination, out int written)
    {
        written = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] != (byte)'\\')
            {
                destination[written++] = content[i];
                continue;
            }

            if (++i == content.Length)
            {
                return false;
            }

            if (content[i] == (byte)'u')
            {
                if (!TryRune(content, ref i, out var rune))
                {
                    return false;
                }

                written += rune.EncodeToUtf8(destination[written..]);
                continue;
            }

            var simple = Simple(content[i]);
            if (simple == 0)
            {
                return false;
            }

            destination[written++] = simple;
        }

        return true;
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => escape,
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => 0,
    };

    private static bool TryRune(ReadOnlySpan<byte> content, ref int at, out Rune rune)
    {
        rune = Rune.ReplacementChar;
        if (!TryUnit(content, at + 1, out var unit))
        {
            return false;
        }

        at += 4;
        if (!char.IsSurrogate(unit))
        {
            rune = new Rune(unit);
        }
        else if (at + 2 < content.Length && content[at + 1] == (byte)'\\' && content[at + 2] == (byte)'u'
            && TryUnit(content, at + 3, out var low) && Rune.TryCreate(unit, low, out rune))
        {
            at += 6;
        }
        else
        {
            rune = Rune.ReplacementChar;
        }

        return true;
    }

    private static bool TryUnit(ReadOnlySpan<byte> content, int start, out char unit)
    {
        unit = '\0';
        if (start + 4 > content.Length || !Utf8Parser.TryParse(content.Slice(start, 4), out ushort value, out var used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
