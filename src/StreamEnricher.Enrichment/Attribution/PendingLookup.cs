namespace StreamEnricher.Enrichment.Attribution;

/// <summary>A question that waits for its answer.</summary>
/// <param name="Position">Number of findings that stand before the answer.</param>
/// <param name="Answer">Completes with what was found, or with null when there was no answer to be had.</param>
internal readonly record struct PendingLookup(int Position, Task<Finding?> Answer);
