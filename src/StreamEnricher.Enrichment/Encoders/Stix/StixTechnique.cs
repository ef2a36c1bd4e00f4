namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>A technique with all that objects say of it, ready to copy.</summary>
/// <param name="Index">Place among the release's techniques.</param>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Object">Its attack-pattern.</param>
/// <param name="Label">JSON string <c>"mitre_attack:T1059.001"</c>.</param>
/// <param name="Reference">External reference, a JSON object.</param>
/// <param name="Title">Name and id for a sentence, escaped for a JSON string.</param>
/// <param name="Phases">Its tactics: places in <see cref="StixTechniques.Phases"/>.</param>
internal sealed record StixTechnique(int Index, string Id, StixObject Object, byte[] Label, byte[] Reference, byte[] Title, int[] Phases);
