namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>Something about a rule file that its author should know.</summary>
/// <param name="File">File, or archive and member, as given.</param>
/// <param name="Line">Line from 1.</param>
/// <param name="Column">Column from 1.</param>
/// <param name="Message">What is wrong and the way out.</param>
/// <param name="IsLint">The rule works all the same; false: it is left out.</param>
internal sealed record RuleProblem(string File, long Line, long Column, string Message, bool IsLint = false)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}
