namespace StreamEnricher.Enrichment.Values;

/// <summary>
/// Reads the times that producers write: ISO 8601 with T or a space, with any fraction of a second up to nine digits (dot or comma), with Z, an offset with or
/// without colon, or none (UTC); and epoch numbers. Never throws, never allocates.
/// </summary>
internal static class TimestampParser
{
    /// <summary>Reads a date and time as text.</summary>
    /// <param name="text">UTF-8, without quotes; blanks around it are allowed.</param>
    /// <param name="seconds">Since 1970-01-01 UTC.</param>
    /// <param name="nanoseconds">Of the second.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        text = text.Trim((byte)' ');
        if (text.Length < 10 || text[4] != (byte)'-' || text[7] != (byte)'-'
            || !Digits(text, 0, 4, out var year) || !Digits(text, 5, 2, out var month) || !Digits(text, 8, 2, out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        seconds = DayNumber(year, month, day) * 86_400L;
        return text.Length == 10 || Time(text[10..], ref seconds, out nanoseconds);
    }

    /// <summary>
    /// Reads an epoch number. The unit follows from the magnitude of its whole part: below 10¹¹ seconds (until the year 5138), below 10¹⁴ milliseconds,
    /// below 10¹⁷ microseconds, else nanoseconds. Digits are kept exactly: no floating point is involved.
    /// </summary>
    public static bool TryParseEpoch(ReadOnlySpan<byte> number, out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        var dot = number.IndexOf((byte)'.');
        var whole = dot < 0 ? number : number[..dot];
        var fraction = dot < 0 ? default : number[(dot + 1)..];
        if (whole.IsEmpty || whole.Length > 19 || (dot >= 0 && fraction.IsEmpty))
        {
            return false;
        }

        long value = 0;
        foreach (var digit in whole)
        {
            var next = digit - '0';
            if (next is < 0 or > 9 || value > (long.MaxValue - next) / 10)
            {
                return false;
            }

            value = (value * 10) + next;
        }

        var unit = value < 100_000_000_000 ? 1_000_000_000L : value < 100_000_000_000_000 ? 1_000_000L : value < 100_000_000_000_000_000 ? 1_000L : 1L;
        seconds = value / (1_000_000_000L / unit);
        nanoseconds = (int)(value % (1_000_000_000L / unit) * unit);
        var place = unit / 10;
        foreach (var digit in fraction)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            nanoseconds += (int)((digit - '0') * place);
            place /= 10;
        }

        return true;
    }

    private static bool Time(ReadOnlySpan<byte> text, ref long seconds, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 6 || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[3] != (byte)':'
            || !Digits(text, 1, 2, out var hour) || !Digits(text, 4, 2, out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        seconds += (hour * 3600) + (minute * 60);
        var rest = text[6..];
        if (rest.Length > 0 && rest[0] == (byte)':')
        {
            // 60 is a leap second; it is counted as the first second of the next minute, as POSIX time does.
            if (rest.Length < 3 || !Digits(rest, 1, 2, out var second) || second > 60)
            {
                return false;
            }

            seconds += second;
            rest = rest[3..];
            if (rest.Length > 0 && rest[0] is (byte)'.' or (byte)',')
            {
                var digits = 1;
                var place = 100_000_000;
                for (; digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9'; digits++, place /= 10)
                {
                    nanoseconds += (rest[digits] - '0') * place;
                }

                if (digits == 1)
                {
                    return false;
                }

                rest = rest[digits..];
            }
        }

        return Offset(rest, ref seconds);
    }

    private static bool Offset(ReadOnlySpan<byte> text, ref long seconds)
    {
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z') || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8))
        {
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length < 3 || !Digits(text, 1, 2, out var hours))
        {
            return false;
        }

        var minutes = 0;
        var rest = text[3..];
        if (rest.Length > 0 && rest[0] == (byte)':')
        {
            rest = rest[1..];
        }

        if ((rest.Length > 0 && (rest.Length != 2 || !Digits(rest, 0, 2, out minutes))) || hours > 18 || minutes > 59)
        {
            return false;
        }

        var offset = (hours * 3600) + (minutes * 60);
        seconds += text[0] == (byte)'-' ? offset : -offset;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        if (text.Length < start + count)
        {
            return false;
        }

        foreach (var digit in text.Slice(start, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>Days since 1970-01-01 (proleptic Gregorian calendar; Hinnant, "chrono-Compatible Low-Level Date Algorithms").</summary>
    private static long DayNumber(int year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = year / 400;
        var yearOfEra = year - (era * 400);
        var dayOfYear = (((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5) + day - 1;
        var dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097L) + dayOfEra - 719_468;
    }
}
