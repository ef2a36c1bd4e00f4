namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>How the events of a format are found in text.</summary>
/// <param name="Form">How the text is written.</param>
/// <param name="Members">Paths of members of a JSON object that may hold the text.</param>
/// <param name="Slots">Their slots in the format's own scan plan.</param>
internal sealed record DecodePlan(TextForm Form, IReadOnlyList<string> Members, int[] Slots);
