using System.Buffers.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>A number in JSON's grammar, taken apart without rounding: its decimal digits, and where the point stands among them once the exponent is applied.</summary>
internal readonly ref struct DecimalParts
{
    // Far above what any use here can hold, far below an overflow of the sums.
    private const int LargestExponent = 1_000_000;

    private readonly ReadOnlySpan<byte> _whole;
    private readonly ReadOnlySpan<byte> _fraction;

    private DecimalParts(bool isNegative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        IsNegative = isNegative;
        _whole = whole;
        _fraction = fraction;
        WholeDigits = whole.Length + exponent;
    }

    /// <summary>There is a minus, be it before a zero.</summary>
    public bool IsNegative { get; }

    /// <summary>Digits before the point; negative for 1e-5.</summary>
    public int WholeDigits { get; }

    /// <summary>No digit behind the point but zeros.</summary>
    public bool IsIntegral
    {
        get
        {
            for (var i = Math.Max(WholeDigits, 0); i < _whole.Length + _fraction.Length; i++)
            {
                if (DigitAt(i) != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Takes a number apart; false when it is not of JSON's grammar.</summary>
    public static bool TryParse(ReadOnlySpan<byte> number, out DecimalParts parts)
    {
        parts = default;
        var isNegative = number.Length > 0 && number[0] == (byte)'-';
        number = isNegative ? number[1..] : number;
        var whole = TakeDigits(ref number);
        if (whole.IsEmpty || (whole.Length > 1 && whole[0] == (byte)'0'))
        {
            return false;
        }

        ReadOnlySpan<byte> fraction = default;
        if (number.Length > 0 && number[0] == (byte)'.')
        {
            number = number[1..];
            fraction = TakeDigits(ref number);
            if (fraction.IsEmpty)
            {
                return false;
            }
        }

        var exponent = 0;
        if (number.Length > 0 && !TryExponent(number, out exponent))
        {
            return false;
        }

        parts = new DecimalParts(isNegative, whole, fraction, exponent);
        return true;
    }

    /// <summary>The digit at a place counted from the first one as written; 0 outside of what is written.</summary>
    public int DigitAt(int index) =>
        index < 0 || index >= _whole.Length + _fraction.Length ? 0
        : index < _whole.Length ? _whole[index] - '0'
        : _fraction[index - _whole.Length] - '0';

    /// <summary>What stands before the point; false above 2⁶⁴ - 1.</summary>
    public bool TryWhole(out ulong value)
    {
        value = 0;
        for (var i = 0; i < WholeDigits; i++)
        {
            // Leading zeros may be many (0.0001e30), a value above the limit ends the loop soon, zeros without end are cut short.
            if (value == 0 && i >= _whole.Length + _fraction.Length)
            {
                return true;
            }

            var digit = (ulong)DigitAt(i);
            if (value > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = count < 0 ? text : text[..count];
        text = text[digits.Length..];
        return digits;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != (byte)'e')
        {
            return false;
        }

        text = text[1..];
        var isNegative = text.Length > 0 && text[0] == (byte)'-';
        text = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        var digits = TakeDigits(ref text);
        if (digits.IsEmpty || !text.IsEmpty)
        {
            return false;
        }

        exponent = Utf8Parser.TryParse(digits, out int value, out _) ? Math.Min(value, LargestExponent) : LargestExponent;
        exponent = isNegative ? -exponent : exponent;
        return true;
    }
}
