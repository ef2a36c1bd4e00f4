using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Numbers in JSON's grammar (RFC 8259, section 6): no plus, no leading zeros, no white space, no NaN.</summary>
internal static class JsonNumber
{
    /// <summary>Reads a 64-bit integer. A fraction or an exponent is taken when the value is an integer all the same: <c>80.0</c>, <c>1e3</c>.</summary>
    public static bool TryParseInt64(ReadOnlySpan<byte> number, out long value)
    {
        if (TryParsePlain(number, out value))
        {
            return true;
        }

        value = 0;
        if (!DecimalParts.TryParse(number, out var parts) || !parts.IsIntegral || !parts.TryWhole(out var magnitude))
        {
            return false;
        }

        if (magnitude > (ulong)long.MaxValue + (parts.IsNegative ? 1UL : 0UL))
        {
            return false;
        }

        value = parts.IsNegative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Whether a valid number is written without fraction and exponent.</summary>
    public static bool IsInteger(ReadOnlySpan<byte> number) => number.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;

    /// <summary>Whether a number is digits alone, 16 at most: no sign, no fraction, no exponent.</summary>
    /// <param name="number">A valid number; at least 16 readable bytes from its start.</param>
    public static bool IsDigits(ReadOnlySpan<byte> number)
    {
        var values = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(number)) - Vector128.Create((byte)'0');
        var others = Vector128.GreaterThan(values, Vector128.Create((byte)9)).ExtractMostSignificantBits();
        return BitOperations.TrailingZeroCount(others | (1U << Vector128<byte>.Count)) >= number.Length;
    }

    /// <summary>Reads a finite number; 1e999 is none.</summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> number, out double value)
    {
        value = 0;
        return DecimalParts.TryParse(number, out _)
            && double.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>Reads 0, 1, or <c>0.</c> and up to so many decimals, as a whole number of the last decimal: 5800 for 0.58 with four. Other spellings are refused, be they right.</summary>
    public static bool TryParseShortFraction(ReadOnlySpan<byte> number, int decimals, out int value)
    {
        value = 0;
        if (number.Length is 0 or 2 || number.Length > decimals + 2 || number[0] is not ((byte)'0' or (byte)'1')
            || (number.Length > 2 && (number[0] != (byte)'0' || number[1] != (byte)'.')))
        {
            return false;
        }

        value = number[0] - '0';
        for (var i = 2; i < decimals + 2; i++)
        {
            var digit = i < number.Length ? (uint)(number[i] - '0') : 0;
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }

    /// <summary>Ports, counts and ids: digits alone, few enough that no sum overflows.</summary>
    private static bool TryParsePlain(ReadOnlySpan<byte> number, out long value)
    {
        value = 0;
        if (number.Length is 0 or > 18 || (number[0] == (byte)'0' && number.Length > 1))
        {
            return false;
        }

        foreach (var next in number)
        {
            var digit = (uint)(next - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return true;
    }
}
