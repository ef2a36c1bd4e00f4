using System.Globalization;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>What is said of records that are no events.</summary>
internal static class Rejections
{
    /// <summary>Reason and detail of a scan that failed.</summary>
    /// <param name="status">How it failed.</param>
    /// <param name="at">Byte of the value, from 0.</param>
    /// <param name="decode">The text that the declared format would also take.</param>
    public static (string Reason, string Detail) Describe(ScanStatus status, int at, DecodePlan? decode) => status switch
    {
        ScanStatus.Malformed or ScanStatus.NotAnObject when decode is not null && at == 0 =>
            (DeadLetterReason.MalformedJson, $"the value is neither a JSON object nor {TextDecoder.NameOf(decode.Form)}"),
        ScanStatus.Empty => (DeadLetterReason.EmptyValue, "the record's value is empty"),
        ScanStatus.InvalidUtf8 => (DeadLetterReason.InvalidUtf8, Place("the value is not UTF-8", at)),
        ScanStatus.NotAnObject => (DeadLetterReason.NotAnObject, "the value is JSON, but no object"),
        ScanStatus.TooDeep => (DeadLetterReason.TooDeep, Place("the value is nested deeper than 64 levels", at)),
        _ => (DeadLetterReason.MalformedJson, Place("the value is not JSON", at)),
    };

    private static string Place(string what, int at) => string.Create(CultureInfo.InvariantCulture, $"{what} (byte {at})");
}
