using System.Globalization;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>Timestamps of TAXII: RFC 3339 in UTC with six digits, kept as microseconds since 1970.</summary>
internal static class Moments
{
    /// <summary>Microseconds of a moment.</summary>
    public static long Of(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Microseconds of a text that ends in Z; null when it is none.</summary>
    public static long? Parse(string? text) =>
        text is not null && text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? Of(moment) : null;

    /// <summary>As text.</summary>
    public static string Text(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
