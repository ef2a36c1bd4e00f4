using System.Text;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Composition.DeadLetters;

/// <summary>A dead letter for people and programs: what <c>dlq list</c> and <c>dlq show --output json</c> print, and what the API answers.</summary>
internal sealed record DeadLetterLine(
    string Place, DateTimeOffset Time, string Sink, string Reason, string Detail, string Topic, int Partition, long Offset, string EventId, int Attempts,
    string? KeyBase64, string? ValueBase64, IReadOnlyDictionary<string, string?>? Headers)
{
    /// <summary>Without its content.</summary>
    public static DeadLetterLine Brief(StoredDeadLetter letter) => new(
        letter.Place, letter.Time, letter.Sink, letter.Reason, letter.Detail, letter.Topic, letter.Partition, letter.Offset, letter.EventId, letter.Attempts, null, null, null);

    /// <summary>With key, value and headers.</summary>
    public static DeadLetterLine Whole(StoredDeadLetter letter) => Brief(letter) with
    {
        KeyBase64 = letter.Key is null ? null : Convert.ToBase64String(letter.Key),
        ValueBase64 = letter.Value is null ? null : Convert.ToBase64String(letter.Value),
        Headers = letter.Headers.GroupBy(static header => header.Key).ToDictionary(static group => group.Key, static group => group.Last().Value is { } value ? Text(value) : null),
    };

    /// <summary>Bytes as a person reads them: text where they are UTF-8, else base64.</summary>
    public static string Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return "base64 " + Convert.ToBase64String(bytes);
        }
    }
}

/// <summary>What <c>dlq replay</c> and <c>dlq purge --output json</c> print at the end, and what the API answers to a replay.</summary>
/// <param name="Done">Replayed or purged; with a dry run: would be.</param>
/// <param name="Skipped">Could not be.</param>
/// <param name="DryRun">Nothing was changed.</param>
internal sealed record DeadLetterTotals(long Done, long Skipped, bool DryRun);
