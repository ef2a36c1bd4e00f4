using System.Buffers.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Numbers in JSON's grammar.</summary>
internal static class JsonNumber
{
    /// <summary>A 64-bit integer, also one written with a fraction of zeros (<c>80.0</c>).</summary>
    public static bool TryParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        var dot = text.IndexOf((byte)'.');
        if (dot > 0 && dot < text.Length - 1 && text[(dot + 1)..].IndexOfAnyExcept((byte)'0') < 0)
        {
            text = text[..dot];
        }

        // Utf8Parser also takes a leading plus and leading zeros, which are no JSON.
        value = 0;
        var digits = text.Length > 0 && text[0] == (byte)'-' ? text[1..] : text;
        return digits.Length > 0 && digits[0] is >= (byte)'0' and <= (byte)'9' && (digits[0] != (byte)'0' || digits.Length == 1)
            && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }

    /// <summary>Written without fraction and exponent.</summary>
    public static bool IsInteger(ReadOnlySpan<byte> number) => number.IndexOfAny(".eE"u8) < 0;

    /// <summary>A finite number in JSON's grammar.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var digits = text.Length > 0 && text[0] == (byte)'-' ? text[1..] : text;
        return digits.Length > 0 && digits[0] is >= (byte)'0' and <= (byte)'9'
            && (digits[0] != (byte)'0' || digits.Length == 1 || digits[1] is not (>= (byte)'0' and <= (byte)'9'))
            && text[^1] != (byte)'.'
            && Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);
    }
}
