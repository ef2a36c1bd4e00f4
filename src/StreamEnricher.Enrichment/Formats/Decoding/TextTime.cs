using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>The times with month names that text logs have. Results are seconds since 1970-01-01 UTC and nanoseconds of that second.</summary>
internal static class TextTime
{
    private const long SecondsPerDay = 86_400;

    /// <summary>A clock that is ahead, or in another zone, is still in its year.</summary>
    private const long Ahead = 7 * SecondsPerDay;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>
    /// Reads <c>Feb 21 21:54:44</c>, <c>Feb  1 2026 21:54:44.123</c> and the like from the start of a text. Without a year it is the record's, or the one before when the time
    /// would lie more than a week after the record.
    /// </summary>
    /// <param name="text">Begins with the time.</param>
    /// <param name="recordSeconds">The record's time.</param>
    /// <param name="used">Bytes that the time takes.</param>
    public static bool TryBsd(ReadOnlySpan<byte> text, long recordSeconds, out long seconds, out int nanoseconds, out int used)
    {
        seconds = 0;
        nanoseconds = 0;
        used = 0;
        if (text.Length < 14 || text[3] != (byte)' ' || MonthOf(text) is not (> 0 and var month))
        {
            return false;
        }

        var at = text[4] == (byte)' ' ? 5 : 4;
        if (!TryDigits(text, ref at, 2, out var day) || !Skip(text, ref at, (byte)' '))
        {
            return false;
        }

        int? year = null;
        if (text.Length > at + 4 && text[at + 4] == (byte)' ' && TryDigits(text[at..(at + 4)], 4, out var written))
        {
            year = written;
            at += 5;
        }

        if (!TryClock(text, ref at, out var clock, out nanoseconds))
        {
            return false;
        }

        var record = UtcDays.DateOf(Math.Clamp(recordSeconds, 0, UtcDays.MaxSeconds) / SecondsPerDay);
        if (!UtcDays.TryDayNumber(year ?? record.Year, month, day, out var days)
            && (year is not null || !UtcDays.TryDayNumber(record.Year - 1, month, day, out days)))
        {
            return false;
        }

        seconds = (days * SecondsPerDay) + clock;
        if (year is null && seconds > recordSeconds + Ahead && recordSeconds > 0 && UtcDays.TryDayNumber(record.Year - 1, month, day, out days))
        {
            seconds = (days * SecondsPerDay) + clock;
        }

        used = at;
        return true;
    }

    /// <summary>Reads the whole of a CEF time: <c>Feb 21 2026 21:54:44.123 +0100</c>, year, fraction and zone left out or not.</summary>
    public static bool TryCef(ReadOnlySpan<byte> text, long recordSeconds, out long seconds, out int nanoseconds) =>
        TryBsd(text, recordSeconds, out seconds, out nanoseconds, out var used) && TryZone(text[used..].Trim((byte)' '), ref seconds);

    /// <summary>Reads <c>26/Jun/2020:16:16:29 +0200</c>.</summary>
    public static bool TryAccessLog(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        var at = 0;
        if (text.Length < 20 || !TryDigits(text, ref at, 2, out var day) || text[2] != (byte)'/' || text[6] != (byte)'/' || text[11] != (byte)':'
            || MonthOf(text[3..]) is not (> 0 and var month) || !TryDigits(text[7..11], 4, out var year) || !UtcDays.TryDayNumber(year, month, day, out var days))
        {
            return false;
        }

        at = 12;
        if (!TryClock(text, ref at, out var clock, out _))
        {
            return false;
        }

        seconds = (days * SecondsPerDay) + clock;
        return TryZone(text[at..].Trim((byte)' '), ref seconds);
    }

    private static int MonthOf(ReadOnlySpan<byte> text)
    {
        for (var month = 0; month < 12; month++)
        {
            if (text.Length >= 3 && JsonText.EqualsIgnoreAsciiCase(text[..3], Months.Slice(month * 3, 3)))
            {
                return month + 1;
            }
        }

        return 0;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, ref int at, out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        if (text.Length < at + 8 || text[at + 2] != (byte)':' || text[at + 5] != (byte)':'
            || !TryDigits(text[at..(at + 2)], 2, out var hour) || !TryDigits(text[(at + 3)..(at + 5)], 2, out var minute) || !TryDigits(text[(at + 6)..(at + 8)], 2, out var second)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        seconds = (hour * 3600) + (minute * 60) + second;
        at += 8;
        if (at + 1 < text.Length && text[at] is (byte)'.' or (byte)',' && char.IsAsciiDigit((char)text[at + 1]))
        {
            at++;
            for (var place = 100_000_000; at < text.Length && char.IsAsciiDigit((char)text[at]); at++, place /= 10)
            {
                nanoseconds += (text[at] - '0') * place;
            }
        }

        return true;
    }

    /// <summary>Takes the zone's offset away. Zones by other names than UTC's are many things in many places: such a time is left as it is written.</summary>
    private static bool TryZone(ReadOnlySpan<byte> zone, ref long seconds)
    {
        if (zone.IsEmpty || zone.SequenceEqual("UTC"u8) || zone.SequenceEqual("GMT"u8) || zone.SequenceEqual("Z"u8))
        {
            return true;
        }

        if (zone[0] is not ((byte)'+' or (byte)'-') || zone.Length is not (5 or 6) || !TryDigits(zone[1..3], 2, out var hours) || !TryDigits(zone[^2..], 2, out var minutes))
        {
            return false;
        }

        var offset = (hours * 3600) + (minutes * 60);
        seconds -= zone[0] == (byte)'-' ? -offset : offset;
        return true;
    }

    private static bool Skip(ReadOnlySpan<byte> text, ref int at, byte value)
    {
        if (at >= text.Length || text[at] != value)
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>One to <paramref name="most"/> digits.</summary>
    private static bool TryDigits(ReadOnlySpan<byte> text, ref int at, int most, out int value)
    {
        var start = at;
        value = 0;
        while (at < text.Length && at - start < most && char.IsAsciiDigit((char)text[at]))
        {
            value = (value * 10) + text[at++] - '0';
        }

        return at > start;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, int count, out int value)
    {
        var at = 0;
        return TryDigits(text, ref at, count, out value) && at == count && text.Length == count;
    }
}
