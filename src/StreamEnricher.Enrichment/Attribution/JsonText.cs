using System.Globalization;
using System.Text;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Resolves the escapes of a JSON string that is known to be valid.</summary>
internal static class JsonText
{
    /// <summary>Writes the text of a string's content; never longer than the content.</summary>
    /// <param name="content">Between the quotes, as written.</param>
    /// <param name="destination">At least as long as <paramref name="content"/>.</param>
    /// <returns>Bytes written. A lone surrogate becomes U+FFFD.</returns>
    public static int Unescape(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        var written = 0;
        while (!content.IsEmpty)
        {
            var plain = content.IndexOf((byte)'\\');
            if (plain < 0)
            {
                plain = content.Length;
            }

            content[..plain].CopyTo(destination[written..]);
            written += plain;
            content = content[plain..];
            if (content.Length >= 2)
            {
                content = content[UnescapeOne(content, destination[written..], out var length)..];
                written += length;
            }
            else
            {
                break;
            }
        }

        return written;
    }

    private static int UnescapeOne(ReadOnlySpan<byte> escape, Span<byte> destination, out int written)
    {
        written = 1;
        switch (escape[1])
        {
            case (byte)'u':
                return UnescapeUnicode(escape, destination, out written);
            case (byte)'n':
                destination[0] = (byte)'\n';
                break;
            case (byte)'r':
                destination[0] = (byte)'\r';
                break;
            case (byte)'t':
                destination[0] = (byte)'\t';
                break;
            case (byte)'b':
                destination[0] = (byte)'\b';
                break;
            case (byte)'f':
                destination[0] = (byte)'\f';
                break;
            default:
                destination[0] = escape[1];
                break;
        }

        return 2;
    }

    private static int UnescapeUnicode(ReadOnlySpan<byte> escape, Span<byte> destination, out int written)
    {
        if (!TryReadUnit(escape, out var first))
        {
            written = 0;
            return escape.Length;
        }

        Rune rune;
        var used = 6;
        if (char.IsHighSurrogate(first) && TryReadUnit(escape[6..], out var second) && Rune.TryCreate(first, second, out rune))
        {
            used = 12;
        }
        else if (!Rune.TryCreate(first, out rune))
        {
            rune = Rune.ReplacementChar;
        }

        written = rune.EncodeToUtf8(destination);
        return used;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = default;
        if (escape.Length < 6 || escape[0] != (byte)'\\' || escape[1] != (byte)'u'
            || !ushort.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
