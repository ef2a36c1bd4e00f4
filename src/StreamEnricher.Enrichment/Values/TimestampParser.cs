namespace StreamEnricher.Enrichment.Values;

/// <summary>
/// Reads the times that producers write, exactly: results are whole seconds since 1970-01-01 UTC and nanoseconds of that second; what is finer is cut off. Never
/// throws, allocates nothing, and uses no floating point.
/// </summary>
internal static class TimestampParser
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int MaxOffsetHours = 18;

    /// <summary>
    /// Reads a date, or a date and a time: <c>2026-01-02</c>, then <c>T</c> or a blank, <c>03:04</c> or <c>03:04:05</c>, a fraction of one digit or more after a dot or
    /// comma, and <c>Z</c>, <c>+01:00</c>, <c>+0100</c>, <c>+01</c>, <c>UTC</c>, <c>GMT</c> or nothing, which stands for UTC. Dates must exist; blanks are
    /// allowed around the text and before the offset. Second 60 (a leap second) is read as the first one of the next minute, as POSIX counts.
    /// </summary>
    /// <param name="text">UTF-8, without quotes.</param>
    /// <param name="seconds">Since 1970-01-01 UTC, within the years 1 to 9999.</param>
    /// <param name="nanoseconds">0 to 999,999,999.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        text = text.Trim((byte)' ');
        if (text.Length < 10 || text[4] != (byte)'-' || text[7] != (byte)'-'
            || !TryTwo(text, out var century) || !TryTwo(text[2..], out var year) || !TryTwo(text[5..], out var month) || !TryTwo(text[8..], out var day)
            || !UtcDays.TryDayNumber((century * 100) + year, month, day, out var days))
        {
            return false;
        }

        var total = days * UtcDays.SecondsPerDay;
        if ((text.Length > 10 && !TryTime(text[10..], ref total, out nanoseconds)) || total is < UtcDays.MinSeconds or > UtcDays.MaxSeconds)
        {
            nanoseconds = 0;
            return false;
        }

        seconds = total;
        return true;
    }

    /// <summary>
    /// Reads an epoch number in JSON's grammar. Its whole part tells the unit: below 10¹¹ seconds (to the year 5138), below 10¹⁴ milliseconds, below 10¹⁷ microseconds,
    /// else nanoseconds; as seconds each of the others would be after the year 5138, as a finer unit the year would be before 1974. A fraction is one of that unit.
    /// Negative numbers are refused: -1 is how producers say that they do not know.
    /// </summary>
    /// <param name="number">The token: <c>1588205199</c>, <c>1588205199.82437</c>, <c>1588205199824</c>, <c>1.5882051998E9</c>.</param>
    /// <param name="seconds">Since 1970-01-01 UTC, to the year 5138 at most.</param>
    /// <param name="nanoseconds">0 to 999,999,999.</param>
    public static bool TryParseEpoch(ReadOnlySpan<byte> number, out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        if (!DecimalParts.TryParse(number, out var parts) || parts.IsNegative || !parts.TryWhole(out var whole))
        {
            return false;
        }

        var unit = whole switch
        {
            < 100_000_000_000 => NanosecondsPerSecond,
            < 100_000_000_000_000 => 1_000_000L,
            < 100_000_000_000_000_000 => 1_000L,
            _ => 1L,
        };
        var unitsPerSecond = (ulong)(NanosecondsPerSecond / unit);
        seconds = (long)(whole / unitsPerSecond);
        var rest = (long)(whole % unitsPerSecond) * unit;
        for (var (place, i) = (unit / 10, parts.WholeDigits); place > 0; place /= 10, i++)
        {
            rest += parts.DigitAt(i) * place;
        }

        nanoseconds = (int)rest;
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, ref long seconds, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length < 6 || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[3] != (byte)':'
            || !TryTwo(text[1..], out var hour) || !TryTwo(text[4..], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        seconds += (hour * 3600) + (minute * 60);
        text = text[6..];
        if (text.Length > 0 && text[0] == (byte)':')
        {
            if (text.Length < 3 || !TryTwo(text[1..], out var second) || second > 60)
            {
                return false;
            }

            seconds += second;
            text = text[3..];
            if (text.Length > 0 && text[0] is (byte)'.' or (byte)',' && !TryFraction(ref text, out nanoseconds))
            {
                return false;
            }
        }

        return TryOffset(text, ref seconds);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        var at = 1;
        for (var place = 100_000_000; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, place /= 10)
        {
            nanoseconds += (text[at] - '0') * place;
        }

        text = text[at..];
        return at > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, ref long seconds)
    {
        if (text.Length <= 1)
        {
            return text.IsEmpty || text[0] is (byte)'Z' or (byte)'z';
        }

        text = text.TrimStart((byte)' ');
        if (text[0] is not ((byte)'+' or (byte)'-'))
        {
            return text.SequenceEqual("Z"u8) || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8);
        }

        var minutes = 0;
        var isValid = text.Length switch
        {
            3 => true,
            5 => TryTwo(text[3..], out minutes),
            6 => text[3] == (byte)':' && TryTwo(text[4..], out minutes),
            _ => false,
        };
        if (!isValid || !TryTwo(text[1..], out var hours) || hours > MaxOffsetHours || minutes > 59)
        {
            return false;
        }

        var offset = (hours * 3600) + (minutes * 60);
        seconds -= text[0] == (byte)'-' ? -offset : offset;
        return true;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, out int value)
    {
        var tens = (uint)(text[0] - '0');
        var ones = (uint)(text[1] - '0');
        value = (int)((tens * 10) + ones);
        return tens <= 9 && ones <= 9;
    }
}
