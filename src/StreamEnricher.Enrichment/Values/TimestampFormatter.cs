using System.Buffers.Binary;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Writes times. All methods write ASCII and return the bytes written.</summary>
internal static class TimestampFormatter
{
    /// <summary>Longest text of any method here.</summary>
    public const int MaxLength = 32;

    /// <summary>RFC 3339 in UTC with 0, 3, 6 or 9 digits of fraction, as few as say all: <c>2026-01-02T03:04:05.678Z</c>.</summary>
    /// <param name="seconds">Since 1970-01-01 UTC, within the years 1 to 9999.</param>
    /// <param name="nanoseconds">Of the second.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="days">The writer's last day.</param>
    public static int WriteRfc3339(long seconds, int nanoseconds, Span<byte> destination, ref DayCache days)
    {
        var at = WriteSeconds(seconds, destination, ref days);
        if (nanoseconds != 0)
        {
            destination[at++] = (byte)'.';
            at += nanoseconds % 1_000_000 == 0 ? Digits(destination[at..], nanoseconds / 1_000_000, 3)
                : nanoseconds % 1_000 == 0 ? Digits(destination[at..], nanoseconds / 1_000, 6)
                : Digits(destination[at..], nanoseconds, 9);
        }

        destination[at++] = (byte)'Z';
        return at;
    }

    /// <summary>RFC 3339 in UTC with exactly three digits of fraction (cut, not rounded), as STIX wants it.</summary>
    public static int WriteMilliseconds(long seconds, int nanoseconds, Span<byte> destination, ref DayCache days)
    {
        var at = WriteSeconds(seconds, destination, ref days);
        destination[at++] = (byte)'.';
        at += Digits(destination[at..], nanoseconds / 1_000_000, 3);
        destination[at++] = (byte)'Z';
        return at;
    }

    /// <summary>Epoch seconds as a JSON number without exponent, with as many decimals as say all: <c>1433188255.5</c> (Splunk HEC, key time).</summary>
    public static int WriteEpochSeconds(long seconds, int nanoseconds, Span<byte> destination)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(seconds, destination, out var at);
        if (nanoseconds == 0)
        {
            return at;
        }

        destination[at++] = (byte)'.';
        at += Digits(destination[at..], nanoseconds, 9);
        while (destination[at - 1] == (byte)'0')
        {
            at--;
        }

        return at;
    }

    private static int WriteSeconds(long seconds, Span<byte> destination, ref DayCache days)
    {
        var day = Math.DivRem(seconds, 86_400, out var rest);
        if (rest < 0)
        {
            day--;
            rest += 86_400;
        }

        if (!days.IsSet || days.Day != day)
        {
            SetDay(day, ref days);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, days.YearMonth);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], days.DayAndT);
        var second = (int)rest;
        Digits(destination[11..], second / 3600, 2);
        destination[13] = (byte)':';
        Digits(destination[14..], second / 60 % 60, 2);
        destination[16] = (byte)':';
        Digits(destination[17..], second % 60, 2);
        return 19;
    }

    private static void SetDay(long day, ref DayCache days)
    {
        var date = DateOnly.FromDayNumber((int)(day + 719_162));
        Span<byte> text = stackalloc byte[12];
        Digits(text, date.Year, 4);
        text[4] = (byte)'-';
        Digits(text[5..], date.Month, 2);
        text[7] = (byte)'-';
        Digits(text[8..], date.Day, 2);
        text[10] = (byte)'T';
        text[11] = 0;
        days = new DayCache
        {
            Day = day,
            IsSet = true,
            YearMonth = BinaryPrimitives.ReadUInt64LittleEndian(text),
            DayAndT = BinaryPrimitives.ReadUInt32LittleEndian(text[8..]),
        };
    }

    private static int Digits(Span<byte> destination, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        return count;
    }
}
