using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>A number that the time modifiers take out of a date.</summary>
internal enum DatePart : byte
{
    /// <summary>The value is no date.</summary>
    None,

    /// <summary>0 to 59.</summary>
    Minute,

    /// <summary>0 to 23.</summary>
    Hour,

    /// <summary>Of the month, from 1.</summary>
    Day,

    /// <summary>Of the year by ISO 8601, from 1.</summary>
    Week,

    /// <summary>From 1.</summary>
    Month,

    /// <summary>The year.</summary>
    Year,
}

/// <summary>Reads parts of dates. A time with an offset counts in UTC; one without is taken as it is.</summary>
internal static class DateParts
{
    /// <summary>Reads a part.</summary>
    /// <param name="text">A date in any spelling that <see cref="TimestampParser"/> takes, or an epoch number.</param>
    /// <param name="part">The part.</param>
    /// <param name="value">Its number.</param>
    /// <returns>False when the text is no date.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, DatePart part, out int value)
    {
        value = 0;
        if (!TimestampParser.TryParse(text, out var seconds, out _) && !TimestampParser.TryParseEpoch(text, out seconds, out _))
        {
            return false;
        }

        var date = DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
        value = part switch
        {
            DatePart.Minute => date.Minute,
            DatePart.Hour => date.Hour,
            DatePart.Day => date.Day,
            DatePart.Week => System.Globalization.ISOWeek.GetWeekOfYear(date),
            DatePart.Month => date.Month,
            _ => date.Year,
        };
        return true;
    }
}
