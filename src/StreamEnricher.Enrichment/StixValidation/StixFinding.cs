namespace StreamEnricher.Enrichment.StixValidation;

/// <summary>How grave a finding is.</summary>
internal enum FindingLevel
{
    /// <summary>The object breaks the specification, or consumers lose it or misread it.</summary>
    Error,

    /// <summary>It is allowed, and most likely not what was meant.</summary>
    Warning,
}

/// <summary>Something that is wrong with an object.</summary>
/// <param name="Level">How grave.</param>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Object">Id of the object; empty when it has none.</param>
/// <param name="Path">Where in the object, such as <c>kill_chain_phases[0].phase_name</c>; empty for the object itself.</param>
/// <param name="Problem">What is wrong, one sentence.</param>
internal sealed record StixFinding(FindingLevel Level, int Line, string Object, string Path, string Problem);
