using System.Buffers.Binary;
using System.Buffers.Text;

namespace StreamEnricher.Enrichment.Values;

/// <summary>Writes times as ASCII. All methods return the bytes written, take seconds since 1970-01-01 UTC (years 1 to 9999) and nanoseconds of that second.</summary>
internal static class TimestampFormatter
{
    /// <summary>Bytes that every method here needs at most.</summary>
    public const int MaxLength = 32;

    /// <summary>RFC 3339 in UTC with 0, 3, 6 or 9 digits of fraction, the fewest that lose nothing: <c>2026-01-02T03:04:05.678Z</c>.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="days">The writer's last day.</param>
    public static int WriteRfc3339(long seconds, int nanoseconds, Span<byte> destination, ref DayCache days)
    {
        var at = WriteSeconds(seconds, destination, ref days);
        if (nanoseconds != 0)
        {
            destination[at++] = (byte)'.';
            var milliseconds = Math.DivRem(nanoseconds, 1_000_000, out var rest);
            WriteThree(destination[at..], milliseconds);
            at += 3;
            if (rest != 0)
            {
                var microseconds = Math.DivRem(rest, 1_000, out rest);
                WriteThree(destination[at..], microseconds);
                at += 3;
            }

            if (rest != 0)
            {
                WriteThree(destination[at..], rest);
                at += 3;
            }
        }

        destination[at] = (byte)'Z';
        return at + 1;
    }

    /// <summary>RFC 3339 in UTC with exactly three digits of fraction (cut, not rounded), as STIX 2.1 has it: <c>2026-01-02T03:04:05.000Z</c>.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="days">The writer's last day.</param>
    public static int WriteMilliseconds(long seconds, int nanoseconds, Span<byte> destination, ref DayCache days)
    {
        var at = WriteSeconds(seconds, destination, ref days);
        destination[at] = (byte)'.';
        WriteThree(destination[(at + 1)..], nanoseconds / 1_000_000);
        destination[at + 4] = (byte)'Z';
        return at + 5;
    }

    /// <summary>Epoch seconds as a decimal JSON number without exponent and trailing zeros: <c>1433188255.5</c>, as Splunk HEC has it in <c>time</c>.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    public static int WriteEpochSeconds(long seconds, int nanoseconds, Span<byte> destination)
    {
        var at = 0;
        if (seconds < 0)
        {
            // The fraction counts forward in time, a decimal's digits away from zero: -1 s and 0.75 s are -0.25.
            destination[at++] = (byte)'-';
            seconds = nanoseconds == 0 ? -seconds : -seconds - 1;
            nanoseconds = nanoseconds == 0 ? 0 : 1_000_000_000 - nanoseconds;
        }

        Utf8Formatter.TryFormat(seconds, destination[at..], out var written);
        at += written;
        if (nanoseconds == 0)
        {
            return at;
        }

        destination[at++] = (byte)'.';
        WriteThree(destination[at..], nanoseconds / 1_000_000);
        WriteThree(destination[(at + 3)..], nanoseconds / 1_000 % 1_000);
        WriteThree(destination[(at + 6)..], nanoseconds % 1_000);
        at += 9;
        while (destination[at - 1] == (byte)'0')
        {
            at--;
        }

        return at;
    }

    /// <summary>Writes <c>yyyy-MM-ddTHH:mm:ss</c>.</summary>
    private static int WriteSeconds(long seconds, Span<byte> destination, ref DayCache days)
    {
        // One check for all that follows.
        destination = destination[..MaxLength];
        var day = Math.DivRem(seconds, UtcDays.SecondsPerDay, out var rest);
        if (rest < 0)
        {
            day--;
            rest += UtcDays.SecondsPerDay;
        }

        if (days.Day != day || !days.IsSet)
        {
            days = TextOf(day);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, days.YearAndMonth);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], days.DayAndT);
        var minutes = Math.DivRem((int)rest, 60, out var second);
        var hour = Math.DivRem(minutes, 60, out var minute);
        WriteTwo(destination[11..], hour);
        destination[13] = (byte)':';
        WriteTwo(destination[14..], minute);
        destination[16] = (byte)':';
        WriteTwo(destination[17..], second);
        return 19;
    }

    private static DayCache TextOf(long day)
    {
        var date = UtcDays.DateOf(day);
        Span<byte> text = stackalloc byte[12];
        text.Clear();
        WriteTwo(text, date.Year / 100);
        WriteTwo(text[2..], date.Year % 100);
        text[4] = (byte)'-';
        WriteTwo(text[5..], date.Month);
        text[7] = (byte)'-';
        WriteTwo(text[8..], date.Day);
        text[10] = (byte)'T';
        return new DayCache
        {
            Day = day,
            IsSet = true,
            YearAndMonth = BinaryPrimitives.ReadUInt64LittleEndian(text),
            DayAndT = BinaryPrimitives.ReadUInt32LittleEndian(text[8..]),
        };
    }

    private static void WriteTwo(Span<byte> destination, int value)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }

    private static void WriteThree(Span<byte> destination, int value)
    {
        destination[2] = (byte)('0' + (value % 10));
        destination[1] = (byte)('0' + (value / 10 % 10));
        destination[0] = (byte)('0' + (value / 100));
    }
}
