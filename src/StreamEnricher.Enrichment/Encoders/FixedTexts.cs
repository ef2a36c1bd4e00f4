using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Tokens that are the same for all events: what <see cref="ValuePlace.Fixed"/> values lie in.</summary>
internal static class FixedTexts
{
    private const string Words = "null\"informational\"\"low\"\"medium\"\"high\"\"critical\"";

    /// <summary>The bytes, and padding.</summary>
    public static byte[] Bytes { get; } = [.. System.Text.Encoding.ASCII.GetBytes(Words), .. new byte[EventBatch.Padding]];

    /// <summary>null.</summary>
    public static FieldValue Null { get; } = Find("null");

    /// <summary>A word of <see cref="SeverityWords"/>.</summary>
    public static FieldValue Find(string token) => new(ValuePlace.Fixed, Words.IndexOf(token, StringComparison.Ordinal), token.Length);
}
