namespace StreamEnricher.Cli.Configuration;

/// <summary>Something about a pipeline file that a person must know.</summary>
/// <param name="Place"><c>file:line:column</c>, or <c>--set path</c> for an override.</param>
/// <param name="Line">Line for the order of the list; 0 for overrides.</param>
/// <param name="Column">Column, likewise.</param>
/// <param name="Text">What is wrong, in one clause.</param>
/// <param name="Suggestion">The way out; null when the text says it.</param>
/// <param name="IsWarning">The pipeline runs all the same.</param>
internal sealed record ConfigurationProblem(string Place, long Line, long Column, string Text, string? Suggestion = null, bool IsWarning = false)
{
    /// <inheritdoc />
    public override string ToString() => $"{Place}: {(IsWarning ? "warning: " : "")}{Text}{(Suggestion is null ? "" : $" ({Suggestion})")}";
}
