namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>Something that is to be told: a version of an indicator, or a closed window.</summary>
/// <param name="Indicator">The value.</param>
/// <param name="Version">What is said of it.</param>
/// <param name="Window">The window; null for the indicator itself.</param>
/// <param name="Record">The record in the batch at hand that caused it; -1 for none.</param>
internal readonly record struct Emission(KnownIndicator Indicator, IndicatorVersion Version, OpenWindow? Window, int Record);
