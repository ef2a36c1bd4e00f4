namespace StreamEnricher.Enrichment.StixValidation.Patterns;

/// <summary>A comparison within a pattern.</summary>
/// <param name="ObjectType">Type of the observable.</param>
/// <param name="Path">Steps of the path behind the colon; indices are left out.</param>
/// <param name="Operator">As it is written: <c>=</c>, <c>IN</c>, <c>EXISTS</c>, ….</param>
/// <param name="Values">The values; none for EXISTS.</param>
/// <param name="Position">Of the object's type in the pattern, from 1.</param>
internal sealed record PatternComparison(string ObjectType, IReadOnlyList<string> Path, string Operator, IReadOnlyList<PatternToken> Values, int Position);

/// <summary>A pattern that was read.</summary>
/// <param name="Comparisons">All comparisons, in order.</param>
/// <param name="Problems">What the grammar allows and the specification does not.</param>
internal sealed record StixPattern(IReadOnlyList<PatternComparison> Comparisons, IReadOnlyList<string> Problems);

/// <summary>A text is no STIX pattern.</summary>
/// <param name="message">What is wrong, and where.</param>
internal sealed class PatternException(string message) : Exception(message);
