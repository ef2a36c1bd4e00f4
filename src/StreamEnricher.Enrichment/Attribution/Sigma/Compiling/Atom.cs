using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Compiling;

/// <summary>A question to an event that several rules may ask; answered once an event.</summary>
/// <param name="Kind">Test, Exists, Reference or Keyword.</param>
/// <param name="Field">Field of the group; <see cref="Anywhere"/> for a keyword.</param>
/// <param name="Test">How values are compared; null for Exists.</param>
/// <param name="Other">Of a reference: the other field.</param>
internal sealed record Atom(NodeKind Kind, int Field, ValueTest? Test, int Other)
{
    /// <summary>Field number of all texts of the event.</summary>
    public const int Anywhere = -1;
}
