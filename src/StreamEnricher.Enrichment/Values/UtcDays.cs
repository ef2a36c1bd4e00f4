namespace StreamEnricher.Enrichment.Values;

/// <summary>Days and the range of times: years 1 to 9999 of the proleptic Gregorian calendar, as RFC 3339 can write them.</summary>
internal static class UtcDays
{
    public const long SecondsPerDay = 86_400;

    /// <summary>0001-01-01T00:00:00Z.</summary>
    public const long MinSeconds = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z.</summary>
    public const long MaxSeconds = 253_402_300_799;

    private const int DaysToYear1970 = 719_162;

    /// <summary>Days from 1 March of the year 0 to 1970-01-01.</summary>
    private const int DaysToMarch1970 = 719_468;

    private const int DaysOfEveryMonth = 28;

    /// <summary>Days since 1970-01-01; false when there is no such date.</summary>
    public static bool TryDayNumber(int year, int month, int day, out long days)
    {
        days = 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || (day > DaysOfEveryMonth && day > DateTime.DaysInMonth(year, month)))
        {
            return false;
        }

        // The year begins in March here, so that the leap day is its last and months before it always have the same lengths.
        var (marchYear, marchMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9);
        var dayOfYear = (((153 * marchMonth) + 2) / 5) + day - 1;
        days = (marchYear * 365L) + (marchYear / 4) - (marchYear / 100) + (marchYear / 400) + dayOfYear - DaysToMarch1970;
        return true;
    }

    /// <summary>The date of a day, counted from 1970-01-01.</summary>
    public static DateOnly DateOf(long days) => DateOnly.FromDayNumber((int)(days + DaysToYear1970));
}
